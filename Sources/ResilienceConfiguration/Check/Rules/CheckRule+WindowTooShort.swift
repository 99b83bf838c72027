extension CheckRule {
  static let windowTooShort = CheckRule(
    "window-too-short", .warning, "A window of time is at least two time-outs long.",
    why: "What hangs is counted only when its time-out ends it. A window that is hardly longer holds the quick answers "
      + "of the whole time and the failures of a part of it.",
    otherwise: "The rate of failures is counted too low, and the breaker opens late or never."
  ) { dependency in
    let breaker = dependency.circuitBreaker
    let limit = CallEstimate(dependency).attemptLimit
    guard breaker.isEnabled, breaker.failureRateThreshold != nil || breaker.slowCallRateThreshold != nil,
      case .time(let length) = breaker.window, length < limit * 2
    else { return nil }
    return Hit(
      dependency, "circuitBreaker.window", "the window is shorter than two attempts that hang",
      [.init("window", length), .init("one attempt", limit)], remedy: "lengthen the window, or lower attemptTimeout")
  }
}
