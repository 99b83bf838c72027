/// Why bytes are no HTTP/1 message that we take.
enum MessageProblem: Error, Equatable {
  /// The bytes break the grammar, or say two things about where the message ends.
  case malformed(String)
  /// The head, or the trailer part, is longer or has more fields than allowed.
  case headTooLarge
  /// The request line alone is longer than the head may be.
  case requestLineTooLong
  /// The version is none of HTTP/1.0 and HTTP/1.1.
  case unsupportedVersion
  /// The request asks for another protocol than HTTP.
  case upgrade
}
