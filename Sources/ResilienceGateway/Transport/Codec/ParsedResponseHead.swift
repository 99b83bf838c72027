internal import NIOHTTP1

/// A response's head with what its fields mean for the body and the connection.
struct ParsedResponseHead {
  var head: HTTPResponseHead
  var length: DeclaredLength
  var keepsAlive: Bool

  /// Whether this is an interim answer (`100 Continue`, `103 Early Hints`) that the real one follows.
  var isInterim: Bool { self.head.status.code < 200 }

  /// Parses a complete head.
  init(_ bytes: UnsafeRawBufferPointer) throws(MessageProblem) {
    var lines = HeadLines(bytes)
    guard let startLine = lines.next() else { throw .malformed("no status line") }
    var (head, isOld) = try Self.statusLine(startLine)
    let parser = FieldParser(repairsText: true)
    var framing = FramingFields()
    while let line = lines.next() {
      let field = try parser.parse(line)
      // A Host or an offer to upgrade means nothing in an answer.
      if field.name.utf8.count > 7 { try framing.note(field.name, field.value) }
      head.headers.add(name: field.name, value: field.value)
    }
    guard !(isOld && framing.isChunked) else { throw .malformed("Transfer-Encoding in HTTP/1.0") }
    self.head = head
    self.length = try framing.declaredLength()
    self.keepsAlive = !isOld && !framing.wantsClose
  }

  private static func statusLine(
    _ line: UnsafeRawBufferPointer.SubSequence
  ) throws(MessageProblem) -> (HTTPResponseHead, isOld: Bool) {
    let parts = line.split(separator: ASCII.space, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2 else { throw .malformed("a status line that is not version and status") }
    let version = try MessageVersion(parts[0])
    guard parts[1].count == 3, let code = Int(String(decoding: parts[1], as: UTF8.self)), (100...999).contains(code)
    else { throw .malformed("a status that is not three digits") }
    guard code != 101 else { throw .upgrade }
    let reason = parts.count == 3 ? parts[2] : line[line.endIndex...]
    guard reason.allSatisfy(ASCII.isFieldContent) else {
      throw .malformed("a reason phrase with a control character")
    }
    // A status that is known keeps its own phrase, so that it equals the constant of that name.
    let status = HTTPResponseStatus(statusCode: code, reasonPhrase: String(decoding: reason, as: UTF8.self))
    return (HTTPResponseHead(version: version.isOld ? .http1_0 : .http1_1, status: status), version.isOld)
  }
}
