/// One word of a command.
public enum RedisArgument: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// A text, sent as UTF-8.
  case text(String)
  /// Bytes as they are.
  case bytes([UInt8])
  /// A whole number, sent as its digits.
  case integer(Int64)

  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
}
