extension CheckRule {
  static let breakerCannotTrip = CheckRule(
    "breaker-cannot-trip", .error, "The breaker can open at all.",
    why: "A rate is judged only once its window holds `minimumCalls`, and the rate limit bounds how many that can be.",
    otherwise: "The breaker is shown as closed while everything fails, and protects nobody."
  ) { dependency in
    let breaker = dependency.circuitBreaker
    guard breaker.isEnabled, breaker.consecutiveFailures == 0 else { return nil }
    guard breaker.failureRateThreshold != nil || breaker.slowCallRateThreshold != nil else {
      return Hit(
        dependency, "circuitBreaker.consecutiveFailures", "the breaker has no rule to open by",
        remedy: "set consecutiveFailures or failureRateThreshold, or switch the breaker off")
    }
    guard case .time(let length) = breaker.window, let most = BreakerArithmetic.mostPermits(dependency, within: length),
      most < breaker.minimumCalls
    else { return nil }
    return Hit(
      dependency, "circuitBreaker.minimumCalls", "the rate limit never lets so many calls into one window",
      [.init("minimumCalls", breaker.minimumCalls), .init("window", length), .init("calls at most", most)],
      remedy: "lower minimumCalls, lengthen the window, or set consecutiveFailures")
  }
}
