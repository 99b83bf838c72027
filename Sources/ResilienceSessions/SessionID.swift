/// A session's name: 1…128 letters, digits, `-`, `_`, `.`, `:`.
///
/// Only these, so that it can stand in a key, a path and a log line without being escaped. Make them long and random:
/// whoever knows a session's id can often act for its user.
public struct SessionID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The id as a text.
  public let text: String

  /// Takes a text over if it is allowed as an id.
  ///
  /// - Throws: `SessionError` of kind `invalid`, which says what is wrong with it.
  public init(_ text: String) throws(SessionError) {
    let count = text.utf8.count
    guard (1...Self.maximumLength).contains(count) else {
      throw SessionError(
        .invalid, nil, .validate, "a session id has 1 to \(Self.maximumLength) characters, this one has \(count)")
    }
    guard text.utf8.allSatisfy(Self.isAllowed) else {
      throw SessionError(
        .invalid, nil, .validate, "a session id has letters (a to z, A to Z), digits, '-', '_', '.' and ':' only")
    }
    self.text = text
  }

  /// How long an id may be, in characters.
  public static let maximumLength = 128

  /// A new one: 128 random bits as 32 hexadecimal digits.
  init(random high: UInt64, _ low: UInt64) {
    var text = ""
    text.reserveCapacity(32)
    for word in [high, low] {
      for shift in stride(from: 60, through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 0xF
        text.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 48 + digit : 87 + digit))
      }
    }
    self.text = text
  }

  /// By their texts.
  public static func < (left: SessionID, right: SessionID) -> Bool { left.text < right.text }
  /// The text.
  public var description: String { self.text }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: ":"):
      true
    default: false
    }
  }
}
