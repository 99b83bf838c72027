public import Resilience

extension RetryBudget {
  /// The budget that a configuration file describes; nil where it is off.
  public convenience init?(_ settings: RetryBudgetConfiguration, _ name: String) {
    guard settings.isEnabled else { return nil }
    self.init(name, Configuration(settings))
  }
}

extension RetryBudget.Configuration {
  /// The settings that a configuration file has for a budget.
  public init(_ settings: RetryBudgetConfiguration) {
    self = .traffic(
      ratio: settings.ratio, minimumPerSecond: settings.minimumPerSecond, capacity: settings.capacity,
      depositLifetime: settings.depositLifetime)
  }
}

extension Hedge.Configuration {
  /// The settings that a configuration file has for a hedge.
  ///
  /// - Parameters:
  ///   - settings: The file's.
  ///   - budget: What the dependency's retries share with it.
  ///   - counts: Whether the hedge tells the budget of calls; where there is a retry, that does.
  public init(_ settings: HedgeConfiguration, _ budget: RetryBudget?, counts: Bool) {
    let delay: Hedge.Delay =
      switch settings.delay {
      case .fixed(let length): .fixed(length)
      case .percentile(let percent): .percentile(maxExtraLoad: (100 - percent) / 100)
      }
    self.init(
      delay: delay, maxHedges: settings.maxHedges, minimumSamples: settings.minimumSamples, budget: budget,
      countsCalls: counts)
  }
}

extension RateLimiter.Configuration {
  /// The settings that a configuration file has for a rate limiter.
  public init(_ settings: RateLimitConfiguration) {
    let algorithm: RateLimiter.Algorithm =
      if let length = settings.warmUp {
        .warmUp(over: length)
      } else {
        switch settings.kind {
        case .tokenBucket: .tokenBucket(burst: settings.burst)
        case .slidingWindow: .slidingWindow
        case .gcra: .gcra(burst: settings.burst ?? 1)
        }
      }
    self.init(permits: settings.permits, per: settings.per, algorithm: algorithm, maxWait: settings.maxWait)
  }
}

extension AdaptiveLimiter.Configuration {
  /// The settings that a configuration file has for an adaptive limiter.
  public init(_ settings: AdaptiveLimitConfiguration) {
    let algorithm: Limit.Algorithm =
      switch settings.kind {
      case .aimd: .aimd(.init(initial: settings.initial, min: settings.min, max: settings.max))
      case .vegas: .vegas(.init(initial: settings.initial, max: settings.max))
      case .gradient2: .gradient2(.init(initial: settings.initial, min: settings.min, max: settings.max))
      }
    self.init(algorithm: algorithm, lowShare: settings.lowShare, normalShare: settings.normalShare)
  }
}

extension Throttle.Configuration {
  /// The settings that a configuration file has for a throttle.
  public init(_ settings: ThrottleConfiguration) {
    self.init(ratio: settings.ratio, window: settings.window, minimumRequests: settings.minimumRequests)
  }
}
