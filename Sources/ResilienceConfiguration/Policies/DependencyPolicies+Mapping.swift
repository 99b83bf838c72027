public import Resilience

extension Retry.Configuration {
  /// The settings that a configuration file has for a retry.
  public init(_ settings: RetryConfiguration, budget: RetryBudget?) {
    self.init(
      maxAttempts: settings.maxAttempts, backoff: Backoff(settings.backoff), jitter: Jitter(settings.jitter),
      maxDuration: settings.totalTimeout, maxRetryAfter: settings.backoff.max,
      waitsForOpenCircuit: settings.waitsForOpenCircuit, budget: budget,
      policies: settings.policies.isEmpty ? nil : RetryPolicies(settings.policies.map(RetryPolicies.Rule.init)))
  }
}

extension CircuitBreaker.Configuration {
  /// The settings that a configuration file has for a candidate: with the time limit of a call, which ends nothing, but
  /// by which it judges.
  init(candidate settings: CircuitBreakerRulesConfiguration) {
    self.init(settings)
    self.callTimeout = settings.callTimeout
  }

  /// The settings that a configuration file has for a breaker.
  ///
  /// Without the time limit of a call: that is part of `DependencyPolicies.attemptLimit`, a step of its own.
  public init(_ settings: CircuitBreakerRulesConfiguration) {
    let window: CircuitBreaker.Window =
      switch settings.window {
      case .count(let size): .count(size)
      case .time(let length): .time(length)
      }
    self.init(
      consecutiveFailures: settings.consecutiveFailures > 0 ? settings.consecutiveFailures : nil,
      failureRateThreshold: settings.failureRateThreshold, slowCallThreshold: settings.slowCallThreshold,
      slowCallRateThreshold: settings.slowCallRateThreshold, window: window, minimumCalls: settings.minimumCalls,
      openDuration: settings.openDuration, openDurationFactor: settings.openDurationGrowth?.factor ?? 1,
      maxOpenDuration: settings.openDurationGrowth?.max ?? .seconds(600), permittedProbes: settings.permittedProbes,
      successThreshold: settings.successThreshold,
      excessProbes: settings.excessProbes == .wait ? .wait : .reject,
      maxHalfOpenDuration: settings.maxHalfOpenDuration ?? .seconds(60),
      halfOpenFailureRateThreshold: settings.halfOpenFailureRateThreshold, ramp: settings.ramp?.over,
      recordsDurations: true)
  }
}

extension Bulkhead.Configuration {
  /// The settings that a configuration file has for a bulkhead.
  ///
  /// The execution's time is the attempt's, which the dependency's own time-out ends.
  public init(_ settings: BulkheadConfiguration, tiers: [TierConfiguration] = []) {
    let order: Bulkhead.Order =
      switch settings.order {
      case .fifo: .fifo
      case .lifo: .lifo
      case .priority: .priority
      }
    self.init(
      maxConcurrent: settings.maxConcurrent, maxQueue: settings.maxQueue, maxWait: settings.maxWait, order: order,
      tiers: tiers.map { Bulkhead.Tier($0.name, share: $0.share, priority: $0.priority, lends: $0.lends) },
      maxHold: settings.maxHold, reclaimsLeaks: settings.reclaimsLeaks, isolatesAtLeaks: settings.isolatesAtLeaks)
  }
}
