/// The version of a message: HTTP/1.0 (old) or HTTP/1.1; every other one is refused.
struct MessageVersion {
  var isOld: Bool

  init(_ bytes: UnsafeRawBufferPointer.SubSequence) throws(MessageProblem) {
    if bytes.elementsEqual("HTTP/1.1".utf8) {
      self.isOld = false
    } else if bytes.elementsEqual("HTTP/1.0".utf8) {
      self.isOld = true
    } else {
      let isVersion =
        bytes.starts(with: "HTTP/".utf8) && bytes.count <= 8
        && bytes.dropFirst(5).allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
      throw isVersion ? .unsupportedVersion : .malformed("a version that is not HTTP")
    }
  }
}
