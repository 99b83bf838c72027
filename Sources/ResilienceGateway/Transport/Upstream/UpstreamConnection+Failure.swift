internal import NIOCore
internal import NIOSSL

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What to say about a connection that broke.
extension UpstreamConnection {
  /// The failure of the exchange under way if the connection ended now.
  func failure() -> UpstreamFailure {
    let stage: UpstreamFailure.Stage =
      switch self.phase {
      case .connecting, .idle: .neverSent
      case .awaitingHead: self.exchange?.isHeadSent == true ? .sentUnknown : .neverSent
      case .body, .answered: .answered
      case .closed: self.exchange?.isHeadSent == true ? .sentUnknown : .neverSent
      }
    let kind = Self.kind(self.brokenBy, isConnecting: !self.wasReady, self.origin.scheme)
    let reason = self.brokenBy.map { "\($0)" } ?? "the upstream closed the connection"
    return UpstreamFailure(
      stage: stage, kind: kind, reason: "\(self.origin.authority): \(reason)",
      wasReused: self.exchange?.isReused == true)
  }

  /// What an error that broke a connection says of the upstream.
  ///
  /// - Parameters:
  ///   - error: What was thrown; nil: the upstream closed the connection in good order.
  ///   - isConnecting: Whether the connection was not ready yet.
  ///   - scheme: What is spoken on it.
  static func kind(
    _ error: (any Error)?, isConnecting: Bool, _ scheme: UpstreamOrigin.Scheme
  ) -> UpstreamFailure.Kind {
    switch error {
    case is MessageProblem: return .malformedResponse
    case is HandshakeTimeout: return .connectTimeout
    case NIOSSLError.uncleanShutdown? where !isConnecting: return .closedEarly
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return .tls
    case let error as IOError where [ECONNRESET, EPIPE, ETIMEDOUT].contains(error.errnoCode): return .reset
    default: return isConnecting && scheme == .https ? .tls : .closedEarly
    }
  }
}
