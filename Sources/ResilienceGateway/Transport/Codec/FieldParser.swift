internal import NIOHTTP1

/// Parses the fields of a head or of a trailer part, more strictly than most: what two parsers could read differently
/// is refused, because that is how requests are smuggled.
struct FieldParser {
  /// Whether a value that is not UTF-8 is repaired (answers of old servers) instead of refused (requests).
  var repairsText: Bool

  /// Parses one line without its line end.
  func parse(_ line: UnsafeRawBufferPointer.SubSequence) throws(MessageProblem) -> (name: String, value: String) {
    guard let first = line.first, !ASCII.isBlank(first) else { throw .malformed("a folded header line") }
    guard let colon = line.firstIndex(of: ASCII.colon) else { throw .malformed("a header line without a colon") }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(ASCII.isToken) else {
      throw .malformed("a header name with a character that is not allowed")
    }
    var value = line[(colon + 1)...]
    while let byte = value.first, ASCII.isBlank(byte) { value.removeFirst() }
    while let byte = value.last, ASCII.isBlank(byte) { value.removeLast() }
    guard value.allSatisfy(ASCII.isFieldContent) else {
      throw .malformed("a header value with a control character")
    }
    return (String(decoding: name, as: UTF8.self), try self.text(value))
  }

  private func text(_ bytes: UnsafeRawBufferPointer.SubSequence) throws(MessageProblem) -> String {
    if self.repairsText { return String(decoding: bytes, as: UTF8.self) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed("a header value that is not UTF-8")
    }
    return text
  }
}
