public import NIOCore
public import NIOHTTP1

/// What the transport answers by itself, because no handler gets to see the request or none answered it.
public enum GatewayRejection: Error, Equatable, Sendable {
  /// The bytes are no request that has exactly one meaning: 400. The reason never quotes what was sent.
  case malformed(reason: String)
  /// The head is longer, or has more fields, than allowed: 431.
  case headTooLarge
  /// The head did not come in time: 408.
  case headTimeout
  /// The body is longer than allowed: 413.
  case bodyTooLarge(limit: Int)
  /// The body made no progress in time, and the handler gave no answer: 408.
  case bodyTimeout
  /// The request line is longer than a head may be: 414.
  case uriTooLong
  /// The version is none of HTTP/1.0 and HTTP/1.1: 505.
  case unsupportedVersion
  /// The request asks for another protocol (WebSocket …): 501.
  case upgrade
  /// The handler returned without an answer, which is a mistake in it: 500.
  case unanswered

  /// The status that says this to a client.
  public var status: HTTPResponseStatus {
    switch self {
    case .malformed: .badRequest
    case .headTooLarge: .requestHeaderFieldsTooLarge
    case .headTimeout, .bodyTimeout: .requestTimeout
    case .bodyTooLarge: .payloadTooLarge
    case .uriTooLong: .uriTooLong
    case .unsupportedVersion: .httpVersionNotSupported
    case .upgrade: .notImplemented
    case .unanswered: .internalServerError
    }
  }

  /// What happened and what the client can do about it, in words without anything that the client sent.
  public var detail: String {
    switch self {
    case .malformed(let reason): "The request is malformed: \(reason)."
    case .headTooLarge: "The request's header fields are too many or too long; send fewer or shorter ones."
    case .headTimeout: "The request's head did not arrive in time; send it at once."
    case .bodyTooLarge(let limit): "The request's body is larger than \(limit) bytes; send less."
    case .bodyTimeout: "The request's body made no progress for too long; send it faster."
    case .uriTooLong: "The request's target is too long; shorten it or send the data as a body."
    case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are served."
    case .upgrade: "Upgrading to another protocol is not supported; ask without an Upgrade field."
    case .unanswered: "The request was not answered because of a mistake in the gateway."
    }
  }

  /// A plain `application/problem+json` answer, for a server whose owner has no form of its own.
  public static func plainAnswer(_ rejection: GatewayRejection) -> (HTTPResponseHead, ByteBuffer) {
    let status = rejection.status
    // Neither text holds a character that JSON would want escaped.
    let json =
      "{\"type\":\"about:blank\",\"title\":\"\(status.reasonPhrase)\",\"status\":\(status.code),"
      + "\"detail\":\"\(rejection.detail)\"}"
    let head = HTTPResponseHead(
      version: .http1_1, status: status, headers: ["Content-Type": "application/problem+json"])
    return (head, ByteBuffer(string: json))
  }

  init(_ problem: MessageProblem) {
    switch problem {
    case .malformed(let reason): self = .malformed(reason: reason)
    case .headTooLarge: self = .headTooLarge
    case .requestLineTooLong: self = .uriTooLong
    case .unsupportedVersion: self = .unsupportedVersion
    case .upgrade: self = .upgrade
    }
  }

  /// What to answer for a handler that gave none after its request's body failed.
  init(_ error: GatewayRequestBodyError?) {
    switch error {
    case .tooLarge(let limit): self = .bodyTooLarge(limit: limit)
    case .tooSlow: self = .bodyTimeout
    case .malformed(let reason): self = .malformed(reason: reason)
    case .connectionClosed, nil: self = .unanswered
    }
  }
}
