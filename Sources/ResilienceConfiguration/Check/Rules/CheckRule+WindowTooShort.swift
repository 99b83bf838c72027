extension CheckRule {
  static let windowTooShort = CheckRule(
    "window-too-short", .warning, "A window of time is at least two time-outs long.",
    why:
      "What hangs is counted only when its time-out ends it, while quick answers are counted at once: of those that "
      + "began to hang within one window, the window has counted (window − time-out) / window; from two time-outs on, "
      + "half of them or more.",
    otherwise:
      "A whole window after trouble began, most of what hangs is not yet counted: the rate of failures is too low "
      + "for so long, and the breaker opens late."
  ) { dependency in
    let breaker = dependency.circuitBreaker
    let limit = CallEstimate(dependency).attemptLimit
    guard breaker.isEnabled, breaker.failureRateThreshold != nil || breaker.slowCallRateThreshold != nil,
      case .time(let length) = breaker.window, length < limit * 2
    else { return nil }
    return Hit(
      dependency, "circuitBreaker.window", "the window is shorter than two attempts that hang",
      [
        .init("window", length), .init("one attempt", limit),
        .init("counted of what hangs", "\(Int((max(0, 1 - limit / length) * 100).rounded()))%"),
      ], remedy: "lengthen the window, or lower attemptTimeout")
  }
}
