extension CheckRule {
  static let opensShorterThanAttempt = CheckRule(
    "opens-shorter-than-attempt", .warning, "The breaker stays open at least as long as an attempt may take.",
    why: "The open time is the dependency's rest. Attempts from before the opening go on until their time-out.",
    otherwise: "Probes arrive while the old attempts still hang: the dependency has had no rest at all."
  ) { dependency in
    let limit = CallEstimate(dependency).attemptLimit
    guard dependency.circuitBreaker.isEnabled, dependency.attemptTimeout != nil,
      dependency.circuitBreaker.openDuration < limit
    else { return nil }
    return Hit(
      dependency, "circuitBreaker.openDuration", "probes begin while older attempts may still be under way",
      [.init("openDuration", dependency.circuitBreaker.openDuration), .init("one attempt", limit)],
      remedy: "raise openDuration above attemptTimeout")
  }
}
