extension CheckRule {
  static let slowBeyondTimeout = CheckRule(
    "slow-beyond-timeout", .error, "A call can be slow before it is over.",
    why: "`slowCallThreshold` says from how long on a call counts as slow; the attempt's time-out ends it.",
    otherwise: "No call is ever slow, and `slowCallRateThreshold` does nothing."
  ) { dependency in
    let limit = CallEstimate(dependency).attemptLimit + CallEstimate(dependency).admission
    guard dependency.circuitBreaker.isEnabled, dependency.circuitBreaker.slowCallRateThreshold != nil,
      let threshold = dependency.circuitBreaker.slowCallThreshold, threshold > limit
    else { return nil }
    return Hit(
      dependency, "circuitBreaker.slowCallThreshold", "every attempt is over before it counts as slow",
      [.init("slowCallThreshold", threshold), .init("one attempt", limit)],
      remedy: "lower slowCallThreshold well below the attempt's time-out")
  }
}
