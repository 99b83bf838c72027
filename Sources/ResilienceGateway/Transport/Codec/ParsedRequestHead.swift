internal import NIOHTTP1

/// A request's head with what its fields mean for the connection.
struct ParsedRequestHead {
  var head: HTTPRequestHead
  var length: DeclaredLength
  var keepsAlive: Bool
  var expectsContinue: Bool

  /// Parses a complete head.
  init(_ bytes: UnsafeRawBufferPointer) throws(MessageProblem) {
    var lines = HeadLines(bytes)
    guard let startLine = lines.next() else { throw .malformed("no request line") }
    var (head, isOld) = try Self.requestLine(startLine)
    let parser = FieldParser(repairsText: false)
    var framing = FramingFields()
    while let line = lines.next() {
      let field = try parser.parse(line)
      try framing.note(field.name, field.value)
      head.headers.add(name: field.name, value: field.value)
    }
    try Self.check(framing, isOld)
    let length = try framing.declaredLength()
    self.head = head
    self.length = length == .undeclared ? .fixed(0) : length
    self.keepsAlive = isOld ? framing.wantsKeepAlive && !framing.wantsClose : !framing.wantsClose
    self.expectsContinue = framing.expectsContinue && !isOld && self.length != .fixed(0)
  }

  private static func check(_ framing: FramingFields, _ isOld: Bool) throws(MessageProblem) {
    if isOld {
      guard !framing.isChunked else { throw .malformed("Transfer-Encoding in HTTP/1.0") }
    } else {
      guard framing.hostCount == 1 else { throw .malformed("no Host") }
    }
    // A server may ignore an offer of HTTP/2 over plain TCP, which some clients make with every first request.
    guard framing.upgrades.allSatisfy({ $0.isEqualIgnoringCase("h2c") }) else { throw .upgrade }
  }

  private static func requestLine(
    _ line: UnsafeRawBufferPointer.SubSequence
  ) throws(MessageProblem) -> (HTTPRequestHead, isOld: Bool) {
    let parts = line.split(separator: ASCII.space, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("a request line that is not method, target and version") }
    guard !parts[0].isEmpty, parts[0].allSatisfy(ASCII.isToken) else {
      throw .malformed("a method with a character that is not allowed")
    }
    guard !parts[1].isEmpty, parts[1].allSatisfy(ASCII.isVisible) else {
      throw .malformed("a request target with a character that is not allowed")
    }
    let version = try MessageVersion(parts[2])
    let head = HTTPRequestHead(
      version: version.isOld ? .http1_0 : .http1_1,
      method: HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self)),
      uri: String(decoding: parts[1], as: UTF8.self))
    return (head, version.isOld)
  }
}
