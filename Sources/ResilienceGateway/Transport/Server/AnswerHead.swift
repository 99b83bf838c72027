internal import NIOCore
internal import NIOHTTP1

/// An answer's head with the framing that fits it, the request and the client's version.
struct AnswerHead {
  let head: HTTPResponseHead
  let framing: ServerExchange.Framing
  /// The `Content-Length` to add, where the head has none.
  private let addedLength: Int?
  private let dropsLength: Bool

  /// Chooses the framing.
  ///
  /// `bodyLength` is what is known about the body beside the head.
  init(
    _ head: HTTPResponseHead, bodyLength: Int?, method: HTTPMethod, isOld: Bool
  ) throws(GatewayResponseError) {
    self.head = head
    let code = head.status.code
    let lengths = head.headers["content-length"]
    let announced = lengths.first.flatMap { Int($0) }
    guard lengths.count <= 1, lengths.isEmpty || (announced ?? -1) >= 0 else {
      throw .invalidHead(field: "Content-Length")
    }
    self.dropsLength = code == 204
    if method == .HEAD || code == 204 || code == 304 {
      self.framing = .noBody
      self.addedLength = method == .HEAD && code != 204 && announced == nil ? bodyLength : nil
    } else if let length = announced ?? bodyLength {
      if let bodyLength, bodyLength > length { throw .tooManyBytes(announced: length) }
      if let bodyLength, bodyLength < length { throw .tooFewBytes(announced: length) }
      self.framing = .fixed(remaining: length, announced: length)
      self.addedLength = announced == nil ? length : nil
    } else {
      self.framing = isOld ? .untilClose : .chunked
      self.addedLength = nil
    }
  }

  func write(to bytes: inout ByteBuffer, keepsAlive: Bool, isOld: Bool) throws(HeadWriter.InvalidField) {
    try HeadWriter.writeStatusLine(self.head.status, to: &bytes)
    try HeadWriter.writeFields(self.head.headers, droppingLength: self.dropsLength, to: &bytes)
    if let addedLength { try HeadWriter.writeField("Content-Length", String(addedLength), to: &bytes) }
    if case .chunked = self.framing { bytes.writeStaticString("Transfer-Encoding: chunked\r\n") }
    if !keepsAlive {
      bytes.writeStaticString("Connection: close\r\n")
    } else if isOld {
      bytes.writeStaticString("Connection: keep-alive\r\n")
    }
    bytes.writeStaticString("\r\n")
  }
}
