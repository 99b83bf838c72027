internal import Resilience
internal import ResilienceConfiguration

/// The policies that a dependency's configuration describes, outermost first.
struct DependencyPolicies {
  let steps: [PipelineStep]
  let budget: RetryBudget?
  let breaker: CircuitBreaker?
  let bulkhead: Bulkhead?
  let adaptiveLimiter: AdaptiveLimiter?

  /// Makes the policies.
  ///
  /// - Parameters:
  ///   - configuration: The dependency's.
  ///   - compartments: The bulkheads that dependencies share, by name.
  ///   - tiers: The classes of users, with shares of the dependency's own bulkhead.
  ///   - observer: Hears what the policies decide.
  init(
    _ configuration: DependencyConfiguration, sharing compartments: [String: Bulkhead] = [:],
    tiers: [TierConfiguration] = [], observer: any Observer
  ) {
    let name = configuration.name
    self.budget = RetryBudget(configuration.retry.budget, name)
    var steps: [PipelineStep] = [.timeout(Timeout(configuration.timeout, name: name))]
    if configuration.retry.isEnabled {
      steps.append(.retry(Retry(Retry.Configuration(configuration.retry, budget: self.budget))))
    }
    if configuration.hedge.isEnabled {
      // Who counts the calls that the budget's share is taken of: the outermost policy that knows it.
      let counts = !configuration.retry.isEnabled
      steps.append(.hedge(Hedge(name, Hedge.Configuration(configuration.hedge, self.budget, counts: counts))))
    }
    let breaker = configuration.circuitBreaker
    self.breaker =
      breaker.isEnabled ? CircuitBreaker(name, CircuitBreaker.Configuration(breaker.rules), observer: observer) : nil
    if let candidate = breaker.candidate {
      self.breaker?.setCandidate(CircuitBreaker.Configuration(candidate))
    }
    self.bulkhead = Self.bulkhead(configuration, compartments, tiers, observer)
    let adaptive = configuration.adaptiveLimit
    self.adaptiveLimiter =
      adaptive.isEnabled ? AdaptiveLimiter(name, AdaptiveLimiter.Configuration(adaptive), observer: observer) : nil
    // What refuses without asking anybody stands outside of what costs a permit or a place.
    if let breaker = self.breaker { steps.append(.circuitBreaker(breaker)) }
    if configuration.throttle.isEnabled {
      steps.append(.throttle(Throttle(name, Throttle.Configuration(configuration.throttle), observer: observer)))
    }
    if configuration.rateLimit.isEnabled {
      let settings = RateLimiter.Configuration(configuration.rateLimit)
      steps.append(.rateLimiter(RateLimiter(name, settings, observer: observer)))
    }
    if let adaptiveLimiter { steps.append(.adaptiveLimiter(adaptiveLimiter)) }
    if let bulkhead { steps.append(.bulkhead(bulkhead)) }
    let isBounded = configuration.bulkhead.isEnabled && configuration.bulkhead.maxExecution != nil
    if configuration.attemptTimeout != nil || breaker.isEnabled || isBounded {
      steps.append(.timeout(Timeout(Self.attemptLimit(configuration), name: "\(name) attempt")))
    }
    self.steps = steps
  }

  /// The compartment that is shared, or one of the dependency's own.
  private static func bulkhead(
    _ configuration: DependencyConfiguration, _ compartments: [String: Bulkhead], _ tiers: [TierConfiguration],
    _ observer: any Observer
  ) -> Bulkhead? {
    guard configuration.bulkhead.isEnabled else { return nil }
    if let shared = configuration.bulkhead.shared, let compartment = compartments[shared] { return compartment }
    return Bulkhead(
      configuration.name, Bulkhead.Configuration(configuration.bulkhead, tiers: tiers), observer: observer)
  }

  /// How long one attempt may take: always a little less than the whole call.
  ///
  /// A time-out outside the breaker teaches it nothing. If both ended together the outer one would, and a dependency
  /// that hangs would never open its breaker.
  static func attemptLimit(_ configuration: DependencyConfiguration) -> Duration {
    let lead = min(configuration.timeout / 50, .milliseconds(5))
    let limits = [
      configuration.attemptTimeout,
      configuration.circuitBreaker.isEnabled ? configuration.circuitBreaker.callTimeout : nil,
      configuration.bulkhead.isEnabled ? configuration.bulkhead.maxExecution : nil,
    ]
    return limits.compactMap { $0 }.reduce(configuration.timeout - lead, min)
  }
}

extension Retry.Configuration {
  /// The settings that a configuration file has for a retry.
  init(_ settings: RetryConfiguration, budget: RetryBudget?) {
    self.init(
      maxAttempts: settings.maxAttempts, backoff: Backoff(settings.backoff), jitter: Jitter(settings.jitter),
      maxDuration: settings.totalTimeout, maxRetryAfter: settings.backoff.max,
      waitsForOpenCircuit: settings.waitsForOpenCircuit, budget: budget,
      policies: settings.policies.isEmpty ? nil : RetryPolicies(settings.policies.map(RetryPolicies.Rule.init)))
  }
}

extension CircuitBreaker.Configuration {
  /// The settings that a configuration file has for a breaker.
  init(_ settings: CircuitBreakerRulesConfiguration) {
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
  init(_ settings: BulkheadConfiguration, tiers: [TierConfiguration] = []) {
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
