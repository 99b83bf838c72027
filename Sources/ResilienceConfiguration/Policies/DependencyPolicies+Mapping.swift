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
  /// The settings that a configuration file has for a breaker.
  public init(_ settings: CircuitBreakerConfiguration) {
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
      recordsDurations: true)
  }
}

extension Bulkhead.Configuration {
  /// The settings that a configuration file has for a bulkhead.
  public init(_ settings: BulkheadConfiguration) {
    self.init(maxConcurrent: settings.maxConcurrent, maxQueue: settings.maxQueue, maxWait: settings.maxWait)
  }
}
