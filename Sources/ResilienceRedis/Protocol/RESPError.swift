/// What a Redis says when it refuses: a code in capitals, and a sentence.
public struct RESPError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The first word, such as `ERR`, `WRONGTYPE`, `NOAUTH`.
  public let code: String
  /// The rest.
  public let message: String

  /// Takes the line apart.
  ///
  /// What repeats a caller's arguments is cut off: they may be secrets, and errors are logged.
  public init(line: String) {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    let first = parts.first.map(String.init) ?? ""
    let isCode = !first.isEmpty && first.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
    self.code = isCode ? first : "ERR"
    var rest = isCode ? (parts.count > 1 ? String(parts[1]) : "") : line
    if let arguments = rest.firstRange(of: ", with args") { rest = String(rest[..<arguments.lowerBound]) }
    self.message = String(rest.prefix(300))
  }

  /// Code and sentence.
  public var description: String { self.message.isEmpty ? self.code : "\(self.code) \(self.message)" }

  /// The description as the end of a sentence: some refusals end with a full stop of their own, others do not.
  var ending: String { self.description.hasSuffix(".") ? self.description : self.description + "." }
}
