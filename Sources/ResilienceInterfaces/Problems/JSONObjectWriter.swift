/// Writes one flat JSON object (RFC 8259) as text, member by member, in the order of the calls.
///
/// For bodies and log lines whose members are known: no reflection, no Foundation, one growing string. Members that are
/// `nil` are left out. The writer does not look for duplicate keys. Cost: proportional to the bytes written.
public struct JSONObjectWriter: Sendable {
  private var body = "{"

  /// Begins an empty object.
  public init() {}

  /// The object with everything written so far, closed.
  public var text: String { self.body + "}" }

  /// Adds a string member, or nothing for `nil`.
  public mutating func add(_ key: String, _ value: String?) {
    guard let value else { return }
    self.begin(key)
    Self.appendQuoted(value, to: &self.body)
  }

  /// Adds a whole-number member, or nothing for `nil`.
  public mutating func add(_ key: String, _ value: Int?) {
    guard let value else { return }
    self.begin(key)
    self.body += String(value)
  }

  /// The text as a JSON string, quotation marks included.
  ///
  /// Escapes what RFC 8259 demands, and besides DEL, U+2028 and U+2029, which break terminals and scripts that embed
  /// the text.
  public static func quoted(_ text: String) -> String {
    var result = ""
    self.appendQuoted(text, to: &result)
    return result
  }

  private mutating func begin(_ key: String) {
    if self.body.utf8.count > 1 { self.body += "," }
    Self.appendQuoted(key, to: &self.body)
    self.body += ":"
  }

  private static func appendQuoted(_ text: String, to result: inout String) {
    result.reserveCapacity(result.utf8.count + text.utf8.count + 2)
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}": result += self.escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}
