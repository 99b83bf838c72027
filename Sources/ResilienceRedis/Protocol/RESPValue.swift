/// A value of the Redis protocol, in either of its versions (RESP2 and RESP3).
///
/// What only the newer version has (maps, doubles, booleans) comes as arrays and texts from a server that speaks the
/// older one; the accessors (`integer`, `text`, `elements`) read both alike.
public indirect enum RESPValue: Sendable, Equatable {
  /// Nothing: no such key.
  case null
  /// A short text without line ends, such as `OK`.
  case simpleString(String)
  /// The server refused.
  case error(RESPError)
  /// A whole number.
  case integer(Int64)
  /// Bytes.
  case bulkString([UInt8])
  /// Several values.
  case array([RESPValue])
  /// Names and values in turn; always an even number.
  case map([RESPValue])
  /// Several values in no order.
  case set([RESPValue])
  /// A floating-point number.
  case double(Double)
  /// Yes or no.
  case boolean(Bool)
  /// A whole number of any size, as its digits.
  case bigNumber(String)
  /// Text for people, and what kind it is (`txt`, `mkd`).
  case verbatim(format: String, [UInt8])
  /// What the server sends without being asked: a message, an invalidation.
  case push([RESPValue])

  /// The whole number, also from its digits; nil if it is none.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .simpleString(let text), .bigNumber(let text): Int64(text)
    case .bulkString(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
    case .boolean(let value): value ? 1 : 0
    case .null, .error, .array, .map, .set, .double, .verbatim, .push: nil
    }
  }

  /// The bytes of a text; nil if it is none.
  public var bytes: [UInt8]? {
    switch self {
    case .bulkString(let bytes), .verbatim(_, let bytes): bytes
    case .simpleString(let text), .bigNumber(let text): Array(text.utf8)
    case .null, .error, .integer, .array, .map, .set, .double, .boolean, .push: nil
    }
  }

  /// The text, with bytes that are no UTF-8 replaced; nil if it is none.
  public var text: String? { self.bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// The values of an array, set or push, or a map's names and values in turn; nil if it is none of these.
  public var elements: [RESPValue]? {
    switch self {
    case .array(let values), .set(let values), .map(let values), .push(let values): values
    case .null, .simpleString, .error, .integer, .bulkString, .double, .boolean, .bigNumber, .verbatim: nil
    }
  }

  /// Whether it is nothing.
  public var isNull: Bool { self == .null }
}
