extension RetryBudget {
  /// What a budget is measured by.
  public enum Configuration: Sendable, Equatable {
    /// A token bucket: a share of recent calls, and a minimum.
    ///
    /// Every call pays `ratio` in, every second `minimumPerSecond`; a retry or hedge takes 1. What nobody has taken
    /// after `depositLifetime` is lost, and never more than `capacity` is saved. A new budget holds the minimum of one
    /// lifetime.
    /// - Parameters:
    ///   - ratio: Extra attempts per call, 0…10; default 0.2.
    ///   - minimumPerSecond: Extra attempts per second whatever the traffic, 0…100,000; default 10.
    ///   - capacity: The most that can be saved, in extra attempts, 1…1,000,000; default 100
    ///     (`RETRY_BUDGET_LIMIT`).
    ///   - depositLifetime: How long a deposit can be taken, 10 ms…10 min; default 10 s. Deposits expire in ten steps,
    ///     up to a tenth of it early, never late.
    case traffic(
      ratio: Double = 0.2, minimumPerSecond: Double = 10, capacity: Int = 100, depositLifetime: Duration = .seconds(10))
    /// A share of the calls under way: at most `max(minimum, ratio × inFlight)` extra attempts at a time.
    ///
    /// A retry counts from its decision on, its wait included, until it ends. For slow
    /// calls of which few run at a time.
    /// - Parameters:
    ///   - ratio: Extra attempts per call under way, 0…10; default 0.2.
    ///   - minimum: As many may run in any case, 0…1,000,000; default 3.
    case concurrency(ratio: Double = 0.2, minimum: Int = 3)

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func check(_ setting: String, _ found: some CustomStringConvertible, _ isAllowed: Bool, _ allowed: String) {
        if !isAllowed { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      switch self {
      case .traffic(let ratio, let minimumPerSecond, let capacity, let lifetime):
        check("ratio", ratio, (0...10).contains(ratio), "0…10")
        check("minimumPerSecond", minimumPerSecond, (0...100_000).contains(minimumPerSecond), "0…100000")
        check("capacity", capacity, (1...1_000_000).contains(capacity), "1…1000000")
        let isAllowed = lifetime >= .milliseconds(10) && lifetime <= .seconds(600)
        check("depositLifetime", lifetime, isAllowed, "10 ms…10 min")
      case .concurrency(let ratio, let minimum):
        check("ratio", ratio, (0...10).contains(ratio), "0…10")
        check("minimum", minimum, (0...1_000_000).contains(minimum), "0…1000000")
      }
      return problems
    }
  }

  /// Millionths, so that ten deposits of a tenth are one; NaN is 0.
  static func millionths(_ value: Double, max limit: Double) -> Int64 {
    value > 0 ? Int64((Swift.min(value, limit) * 1e6).rounded()) : 0
  }
}
