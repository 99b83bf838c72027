/// How a call ended for the caller, as metrics name it.
enum CallOutcome: String, CaseIterable, Sendable {
  /// The dependency answered.
  case success
  /// The dependency failed, or answered with a failure.
  case error
  /// It took too long.
  case timeout
  /// The breaker refused, by itself or because an operator said so.
  case circuitBreakerOpen = "circuit_breaker_open"
  /// The bulkhead refused.
  case rejected
  /// A fallback answered.
  case fallback
  /// The caller's own request could not be carried out: too large, too slow, malformed.
  case invalidRequest = "invalid_request"
  /// The caller went away.
  case cancelled

  var isFailure: Bool { self == .error || self == .timeout || self.isRejection }
  var isRejection: Bool { self == .circuitBreakerOpen || self == .rejected }
}
