internal import Resilience
internal import ResilienceConfiguration

/// The policies that a dependency's configuration describes, outermost first.
struct DependencyPolicies {
  let steps: [PipelineStep]
  let breaker: CircuitBreaker?
  let bulkhead: Bulkhead?

  init(_ configuration: DependencyConfiguration, observer: any Observer) {
    let name = configuration.name
    var steps: [PipelineStep] = [.timeout(Timeout(configuration.timeout, name: name))]
    if configuration.retry.isEnabled {
      steps.append(.retry(Retry(Retry.Configuration(configuration.retry))))
    }
    let settings = configuration.circuitBreaker
    self.breaker =
      settings.isEnabled ? CircuitBreaker(name, CircuitBreaker.Configuration(settings), observer: observer) : nil
    self.bulkhead =
      configuration.bulkhead.isEnabled
      ? Bulkhead(name, Bulkhead.Configuration(configuration.bulkhead), observer: observer) : nil
    if let breaker { steps.append(.circuitBreaker(breaker)) }
    if let bulkhead { steps.append(.bulkhead(bulkhead)) }
    if configuration.attemptTimeout != nil || configuration.circuitBreaker.isEnabled {
      steps.append(.timeout(Timeout(Self.attemptLimit(configuration), name: "\(name) attempt")))
    }
    self.steps = steps
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
  init(_ settings: RetryConfiguration) {
    let initial = settings.backoff.initial
    let longest = settings.backoff.max
    let backoff: Backoff =
      switch settings.backoff.kind {
      case .exponential: .exponential(initial: initial, factor: settings.backoff.factor, max: longest)
      case .constant: .constant(initial)
      case .linear: .linear(initial: initial, max: longest)
      case .fibonacci: .fibonacci(initial: initial, max: longest)
      }
    let jitter: Jitter =
      switch settings.jitter {
      case .none: .none
      case .proportional: .proportional(0.1)
      case .full: .full
      case .equal: .equal
      case .decorrelated: .decorrelated
      }
    self.init(
      maxAttempts: settings.maxAttempts, backoff: backoff, jitter: jitter, maxDuration: settings.totalTimeout,
      maxRetryAfter: longest)
  }
}

extension CircuitBreaker.Configuration {
  /// The settings that a configuration file has for a breaker.
  init(_ settings: CircuitBreakerConfiguration) {
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
  init(_ settings: BulkheadConfiguration) {
    self.init(maxConcurrent: settings.maxConcurrent, maxQueue: settings.maxQueue, maxWait: settings.maxWait)
  }
}
