/// What the fields of one head say about the message's end and the connection.
///
/// Fed field by field while the head is parsed. Every contradiction is refused: two lengths, a length beside a transfer
/// coding, a coding other than exactly `chunked`.
struct FramingFields {
  private(set) var contentLength: Int?
  private(set) var isChunked = false
  private(set) var hostCount = 0
  private(set) var wantsClose = false
  private(set) var wantsKeepAlive = false
  private(set) var expectsContinue = false
  private(set) var upgrades: [Substring] = []

  mutating func note(_ name: String, _ value: String) throws(MessageProblem) {
    switch name.utf8.count {
    case 4 where name.isEqualIgnoringCase("host"): try self.noteHost(value)
    case 6 where name.isEqualIgnoringCase("expect"): self.expectsContinue = value.isEqualIgnoringCase("100-continue")
    case 7 where name.isEqualIgnoringCase("upgrade"): self.upgrades += value.listMembers
    case 10 where name.isEqualIgnoringCase("connection"): self.noteConnection(value)
    case 14 where name.isEqualIgnoringCase("content-length"): try self.noteLength(value)
    case 17 where name.isEqualIgnoringCase("transfer-encoding"): try self.noteCoding(value)
    default: break
    }
  }

  /// The length of the message's body as far as the fields say, once all of them were noted.
  func declaredLength() throws(MessageProblem) -> DeclaredLength {
    if self.isChunked {
      guard self.contentLength == nil else { throw .malformed("both Content-Length and Transfer-Encoding") }
      return .chunked
    }
    return self.contentLength.map { .fixed($0) } ?? .undeclared
  }

  private mutating func noteHost(_ value: String) throws(MessageProblem) {
    self.hostCount += 1
    guard self.hostCount == 1 else { throw .malformed("more than one Host") }
    let forbidden: StaticString = " \t/\\?#@,\"<>"
    let hasForbidden = forbidden.withUTF8Buffer { bytes in value.utf8.contains { bytes.contains($0) || $0 > 0x7E } }
    guard !hasForbidden else { throw .malformed("a Host with a character that is not allowed") }
  }

  private mutating func noteConnection(_ value: String) {
    for option in value.listMembers {
      if option.isEqualIgnoringCase("close") { self.wantsClose = true }
      if option.isEqualIgnoringCase("keep-alive") { self.wantsKeepAlive = true }
    }
  }

  private mutating func noteLength(_ value: String) throws(MessageProblem) {
    guard self.contentLength == nil else { throw .malformed("more than one Content-Length") }
    let digits = value.utf8
    guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .malformed("a Content-Length that is not a plain number")
    }
    self.contentLength = Int(value)
  }

  private mutating func noteCoding(_ value: String) throws(MessageProblem) {
    guard !self.isChunked else { throw .malformed("more than one Transfer-Encoding") }
    guard value.isEqualIgnoringCase("chunked") else {
      throw .malformed("a Transfer-Encoding other than chunked")
    }
    self.isChunked = true
  }
}
