extension CheckRule {
  static let breakerBlindToHanging = CheckRule(
    "breaker-blind-to-hanging", .warning, "The breaker opens when the dependency hangs, not only when it refuses.",
    why: "A dependency that hangs holds its callers until their time-out. With few places that makes few failures per "
      + "window, perhaps fewer than `minimumCalls`.",
    otherwise: "The worst kind of failure, the slow one, is the one that never opens the breaker."
  ) { dependency in
    let breaker = dependency.circuitBreaker
    guard breaker.isEnabled, breaker.consecutiveFailures == 0, breaker.failureRateThreshold != nil,
      case .time(let length) = breaker.window, dependency.bulkhead.isEnabled
    else { return nil }
    let limit = CallEstimate(dependency).attemptLimit
    let most = BreakerArithmetic.mostHanging(dependency, within: length)
    guard most < breaker.minimumCalls else { return nil }
    return Hit(
      dependency, "circuitBreaker.minimumCalls", "calls that hang never fill a window",
      [
        .init("minimumCalls", breaker.minimumCalls), .init("window", length), .init("one attempt", limit),
        .init("places", dependency.bulkhead.maxConcurrent), .init("calls at most", most),
      ], remedy: "lower minimumCalls or attemptTimeout, lengthen the window, or set consecutiveFailures")
  }
}
