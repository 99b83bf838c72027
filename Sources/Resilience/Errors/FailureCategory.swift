/// What kind of failure an error is, whoever threw it; retry, breaker and fallback decide by it.
@frozen
public enum FailureCategory: String, Sendable, Hashable, CaseIterable, Codable {
  /// The connection could not be made or broke.
  case connection
  /// No answer in time.
  case timeout
  /// The dependency asks us to come back later (429).
  case rateLimited
  /// The dependency is away or overloaded (502, 503, 504).
  case unavailable
  /// The dependency failed (other 5xx).
  case server
  /// The request is wrong (400, 422).
  case validation
  /// We did not say who we are (401).
  case authentication
  /// We may not (403).
  case authorization
  /// There is no such thing (404, 410).
  case notFound
  /// It changed meanwhile (409, 412).
  case conflict
  /// Nobody waits for the answer any more.
  case cancelled
  /// Nothing is known.
  case unknown

  /// Whether the same call may well succeed a moment later.
  public var isTransient: Bool {
    switch self {
    case .connection, .timeout, .rateLimited, .unavailable, .server, .unknown: true
    case .validation, .authentication, .authorization, .notFound, .conflict, .cancelled: false
    }
  }

  /// Whether it says something about the health of the dependency.
  ///
  /// That it refused a bad request does not.
  public var isEvidence: Bool {
    switch self {
    case .connection, .timeout, .rateLimited, .unavailable, .server, .unknown: true
    case .validation, .authentication, .authorization, .notFound, .conflict, .cancelled: false
    }
  }
}
