/// Why bytes are not the Redis protocol; after one of these a connection is of no use any more.
public enum RESPProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// A value begins with a byte that the protocol does not know.
  case unknownType(UInt8)
  /// A line contains a lone carriage return or line feed.
  case brokenLine
  /// A text is not followed by a line end, or is shorter than it says.
  case missingEnd
  /// Something that should be a number, a length, a truth value or a format is not.
  case malformed(String)
  /// Something is larger than its limit.
  case tooLarge(String, limit: Int)
  /// What only comes by itself came inside of something else.
  case misplacedPush

  /// What was found.
  public var description: String {
    switch self {
    case .unknownType(let byte): "no value of the Redis protocol begins with byte \(byte)"
    case .brokenLine: "a line contains a lone CR or LF"
    case .missingEnd: "a text does not end where it says that it does"
    case .malformed(let what): "the \(what) is malformed"
    case .tooLarge(let what, let limit): "the \(what) is larger than \(limit)"
    case .misplacedPush: "a push message came inside of another value"
    }
  }
}
