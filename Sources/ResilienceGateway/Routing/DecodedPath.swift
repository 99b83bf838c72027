/// A path as a server reads it, for rules about what a path begins with: its escapes decoded, once.
///
/// `/%61dmin` is `/admin` to every server (RFC 3986, 6.2.2.2); it would pass a rule that compares what was sent.
/// What is sent on remains as it came.
struct DecodedPath {
  private let bytes: [UInt8]

  /// Reads a path; what is no escape stands for itself, and bytes need not be UTF-8.
  init(_ text: String) {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let high = ASCII.hexValue(rest[rest.startIndex]),
        let low = ASCII.hexValue(rest[rest.startIndex + 1])
      {
        bytes.append(UInt8(high * 16 + low))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    self.bytes = bytes
  }

  /// Whether it begins with another one, byte by byte.
  func begins(with prefix: DecodedPath) -> Bool { self.bytes.starts(with: prefix.bytes) }
}
