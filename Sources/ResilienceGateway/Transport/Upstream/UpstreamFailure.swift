/// Why an exchange with an upstream failed, and how far it had come: what decides whether it may be tried again.
public struct UpstreamFailure: Error, CustomStringConvertible, Sendable {
  /// How far the exchange had come.
  public enum Stage: String, Equatable, Sendable {
    /// The upstream cannot have acted: the request never left completely. Safe to send again, whatever the method.
    case neverSent
    /// The upstream may have acted, nobody knows. Safe to send again if the method is idempotent.
    case sentUnknown
    /// The answer's head was delivered before; the rest is missing.
    case answered
  }

  /// What went wrong.
  public enum Kind: String, Equatable, Sendable {
    /// The name has no address.
    case resolution
    /// Nothing listens at the address, or no route leads there.
    case connectRefused
    /// There was no connection within the request's `connectTimeout`.
    case connectTimeout
    /// As many connections to the origin are open as are allowed.
    case connectionLimit
    /// The certificate or the handshake failed.
    case tls
    /// The connection was reset.
    case reset
    /// The connection was closed in an orderly way, but too early.
    case closedEarly
    /// The answer breaks HTTP/1.1, or contradicts itself, or its head is too large.
    case malformedResponse
    /// The request cannot be sent as it is; a mistake of the caller, no sign of the upstream's health.
    case invalidRequest
    /// The transport was shut down.
    case shutDown
  }

  /// How far the exchange had come.
  public var stage: Stage
  /// What went wrong.
  public var kind: Kind
  /// What is known beyond that, for the operator's log; holds addresses, never a body or a field.
  public var reason: String
  /// Whether the connection had served another request before.
  ///
  /// A failure `sentUnknown` there often means that the upstream closed the idle connection in the same moment: an
  /// idempotent request is worth sending again at once.
  public var wasReused: Bool

  /// Makes a failure.
  public init(stage: Stage, kind: Kind, reason: String, wasReused: Bool = false) {
    self.stage = stage
    self.kind = kind
    self.reason = reason
    self.wasReused = wasReused
  }

  /// What happened, how far the exchange had come, and what is known beyond that.
  public var description: String { "upstream failure \(self.kind.rawValue) (\(self.stage.rawValue)): \(self.reason)" }
}
