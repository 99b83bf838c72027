package import Resilience
package import ResilienceConfiguration

/// The policies that a dependency's configuration describes, outermost first.
struct DependencyPolicies {
  /// What surrounds the whole call: its time-out and its retries.
  let outer: [PipelineStep]
  /// What every attempt passes.
  let inner: [PipelineStep]
  let hedge: Hedge?
  let budget: RetryBudget?
  let breaker: CircuitBreaker?
  let bulkhead: Bulkhead?
  let adaptiveLimiter: AdaptiveLimiter?

  init(_ configuration: DependencyConfiguration, observer: any Observer) {
    let name = configuration.name
    self.budget = RetryBudget(configuration.retry.budget, name)
    var outer: [PipelineStep] = [.timeout(Timeout(configuration.timeout, name: name))]
    if configuration.retry.isEnabled {
      outer.append(.retry(Retry(Retry.Configuration(configuration.retry, budget: self.budget))))
    }
    self.outer = outer
    // Who counts the calls that the budget's share is taken of: the outermost policy that knows it.
    self.hedge =
      configuration.hedge.isEnabled
      ? Hedge(name, Hedge.Configuration(configuration.hedge, self.budget, counts: !configuration.retry.isEnabled)) : nil
    let breaker = configuration.circuitBreaker
    self.breaker =
      breaker.isEnabled ? CircuitBreaker(name, CircuitBreaker.Configuration(breaker), observer: observer) : nil
    self.bulkhead =
      configuration.bulkhead.isEnabled
      ? Bulkhead(name, Bulkhead.Configuration(configuration.bulkhead), observer: observer) : nil
    let adaptive = configuration.adaptiveLimit
    self.adaptiveLimiter =
      adaptive.isEnabled ? AdaptiveLimiter(name, AdaptiveLimiter.Configuration(adaptive), observer: observer) : nil
    // What refuses without asking anybody stands outside of what costs a permit or a place.
    var inner: [PipelineStep] = []
    if let breaker = self.breaker { inner.append(.circuitBreaker(breaker)) }
    if configuration.throttle.isEnabled {
      inner.append(.throttle(Throttle(name, Throttle.Configuration(configuration.throttle), observer: observer)))
    }
    if configuration.rateLimit.isEnabled {
      let settings = RateLimiter.Configuration(configuration.rateLimit)
      inner.append(.rateLimiter(RateLimiter(name, settings, observer: observer)))
    }
    if let adaptiveLimiter { inner.append(.adaptiveLimiter(adaptiveLimiter)) }
    if let bulkhead { inner.append(.bulkhead(bulkhead)) }
    if configuration.attemptTimeout != nil || breaker.isEnabled {
      inner.append(.timeout(Timeout(Self.attemptLimit(configuration), name: "\(name) attempt")))
    }
    self.inner = inner
  }

  /// How long one attempt may take: always a little less than the whole call.
  ///
  /// A time-out outside the breaker teaches it nothing. If both ended together the outer one would, and a dependency
  /// that hangs would never open its breaker.
  static func attemptLimit(_ configuration: DependencyConfiguration) -> Duration {
    let lead = min(configuration.timeout / 50, .milliseconds(5))
    return min(configuration.attemptTimeout ?? configuration.timeout, configuration.timeout - lead)
  }
}

extension Retry.Configuration {
  /// The settings that a configuration file has for a retry.
  package init(_ settings: RetryConfiguration, budget: RetryBudget?) {
    self.init(
      maxAttempts: settings.maxAttempts, backoff: Backoff(settings.backoff), jitter: Jitter(settings.jitter),
      maxDuration: settings.totalTimeout, maxRetryAfter: settings.backoff.max,
      waitsForOpenCircuit: settings.waitsForOpenCircuit, budget: budget,
      policies: settings.policies.isEmpty ? nil : RetryPolicies(settings.policies.map(RetryPolicies.Rule.init)))
  }
}

extension CircuitBreaker.Configuration {
  /// The settings that a configuration file has for a breaker.
  package init(_ settings: CircuitBreakerConfiguration) {
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
  package init(_ settings: BulkheadConfiguration) {
    self.init(maxConcurrent: settings.maxConcurrent, maxQueue: settings.maxQueue, maxWait: settings.maxWait)
  }
}
