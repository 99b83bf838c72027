/// Why a request's body did not come to its end.
public enum GatewayRequestBodyError: Error, Equatable, CustomStringConvertible {
  /// More bytes came than allowed; to be answered with 413.
  case tooLarge(limit: Int)
  /// The client sent nothing for as long as `bodyIdleTimeout`; to be answered with 408.
  case tooSlow
  /// The bytes break the grammar of the chunked coding; to be answered with 400.
  case malformed(String)
  /// The client went away; there is nobody to answer.
  case connectionClosed

  /// What happened, and what the sender can do about it.
  public var description: String {
    switch self {
    case .tooLarge(let limit): "the request body is larger than \(limit) bytes; send less"
    case .tooSlow: "the request body made no progress for too long; send it faster"
    case .malformed(let reason): "the request body is malformed: \(reason)"
    case .connectionClosed: "the client closed the connection before its request body was complete"
    }
  }
}
