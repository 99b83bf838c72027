internal import HTTPTypes
internal import Resilience

extension HTTPClientFailure: CustomStringConvertible {
  /// What happened, to what, why, and what to do next.
  public var description: String {
    var text = "\(self.method) to \(self.authority) failed: \(self.cause)"
    if let detail { text += " (\(detail))" }
    switch self.transmission {
    case .neverSent: text += "; it was not sent, repeating it is safe"
    case .unknown: text += "; it may have been carried out, repeat it only if that does no harm"
    case .answered: break
    }
    if let retryAfter { text += "; ask again in \(retryAfter.inWords)" }
    return text
  }

  private var cause: String {
    switch self.kind {
    case .invalidRequest: "the request cannot be sent as it is; correct its path, fields or body"
    case .nameResolution: "the host's name has no address; check the name and the resolver"
    case .connectionRefused: "no connection could be made; check that the service listens there"
    case .connectTimeout: "no connection was made in time; check the network between here and there"
    case .tlsHandshake: "the TLS handshake failed; check certificate, trust roots and protocol versions"
    case .proxy: "the proxy refused; check its address and credentials"
    case .poolTimeout: "no connection became free in time; allow fewer concurrent calls or more connections"
    case .connectionClosed: "the connection was closed before the response was complete"
    case .idleTimeout: "the connection made no progress for too long"
    case .deadlineExceeded: "the deadline passed"
    case .invalidResponse: "what came back is not valid HTTP; check that the port speaks it"
    case .responseTooLarge: "the response is larger than allowed; raise maxResponseBytes or stream it"
    case .requestBody: "the request's own stream threw"
    case .bodyAlreadyConsumed: "its one-time stream was already read; make a new one, or use a replayable stream"
    case .responseBodyMisused: "the response's body can be read once, inside its scope"
    case .status: "the response is \(self.response.map { "\($0.status.code)" } ?? "a failure")"
    case .shutDown: "the HTTP client was shut down; keep it as long as there are calls"
    case .other: "the reason is unknown"
    }
  }
}
