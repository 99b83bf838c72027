extension CheckRule {
  static let oneCallTripsBreaker = CheckRule(
    "one-call-trips-breaker", .warning, "One call alone does not open the breaker.",
    why: "The breaker counts attempts: one call with three attempts is three failures in a row.",
    otherwise: "A single unlucky request, or one that can never succeed, closes the door for everybody."
  ) { dependency in
    let threshold = dependency.circuitBreaker.consecutiveFailures
    let attempts = CallEstimate(dependency).attempts
    guard dependency.circuitBreaker.isEnabled, threshold > 0, attempts > 1, attempts >= threshold else { return nil }
    return Hit(
      dependency, "circuitBreaker.consecutiveFailures", "the attempts of one call are enough to open the breaker",
      [.init("consecutiveFailures", threshold), .init("attempts of a call", attempts)],
      remedy: "raise consecutiveFailures above the attempts, or lower maxAttempts")
  }
}
