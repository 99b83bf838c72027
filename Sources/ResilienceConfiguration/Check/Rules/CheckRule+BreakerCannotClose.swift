extension CheckRule {
  static let breakerCannotClose = CheckRule(
    "breaker-cannot-close", .warning, "A probe may take as long as an attempt may.",
    why:
      "A probe that has not reported back within `maxHalfOpenDuration` (60s unless set) loses its place, and what it "
      + "reports later is ignored.",
    otherwise:
      "Slow but good probes do not count: the breaker closes late, and as long as all answers are so slow, not at all."
  ) { dependency in
    let lease = dependency.circuitBreaker.maxHalfOpenDuration ?? .seconds(60)
    let limit = CallEstimate(dependency).attemptLimit + CallEstimate(dependency).admission
    guard dependency.circuitBreaker.isEnabled, lease < limit else { return nil }
    return Hit(
      dependency, "circuitBreaker.maxHalfOpenDuration", "a probe that succeeds late is not counted",
      [.init("maxHalfOpenDuration", lease), .init("one attempt", limit)],
      remedy: "raise maxHalfOpenDuration above the attempt's time-out, or lower attemptTimeout")
  }
}
