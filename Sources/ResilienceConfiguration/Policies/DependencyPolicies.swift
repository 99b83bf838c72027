public import Resilience

/// The policies that a dependency's configuration describes, outermost first; the gateway runs them, and so may tests.
///
/// Policies that have state (breaker, bulkhead, limiters, throttle, budget, hedge) can be taken over from former ones,
/// so that a change of settings forgets nothing. What is taken over and has other settings now gets them with
/// ``takeEffect()``, and not before: until then nothing has happened.
public struct DependencyPolicies: Sendable {
  /// The settings that these policies are made of.
  public let configuration: DependencyConfiguration
  /// All policies, outermost first: whole call, retry, hedge, breaker, limits, bulkhead, attempt.
  public let steps: [PipelineStep]
  /// Slow first attempts get company, if that is configured.
  public let hedge: Hedge?
  /// What bounds retries and hedges, if anything does.
  public let budget: RetryBudget?
  /// The breaker, if there is one.
  public let breaker: CircuitBreaker?
  /// The bulkhead, if there is one.
  public let bulkhead: Bulkhead?
  /// The limiter that finds its own limit, if there is one.
  public let adaptiveLimiter: AdaptiveLimiter?
  /// The rate limiter, if there is one.
  public let rateLimiter: RateLimiter?
  /// The throttle, if there is one.
  public let throttle: Throttle?
  private let shared: SharedPolicies
  private let effects: [@Sendable () -> Void]

  /// Makes the policies.
  ///
  /// - Parameters:
  ///   - configuration: The settings.
  ///   - shared: What dependencies have in common.
  ///   - observer: Hears what the policies decide.
  ///   - former: The policies of the same dependency under its former settings, whose state goes on.
  public init(
    _ configuration: DependencyConfiguration, sharing shared: SharedPolicies = SharedPolicies(),
    observer: any Observer, keeping former: DependencyPolicies? = nil
  ) {
    var takeover = GateTakeover(configuration, sharing: shared, observer: observer, former: former)
    self.configuration = configuration
    self.shared = shared
    let budget = takeover.budget()
    let breaker = takeover.breaker()
    let throttle = takeover.throttle()
    let rateLimiter = takeover.rateLimiter()
    let adaptiveLimiter = takeover.adaptiveLimiter()
    let bulkhead = takeover.bulkhead()
    let hedge = takeover.hedge(budget)
    self.effects = takeover.effects
    self.budget = budget
    self.hedge = hedge
    self.breaker = breaker
    self.throttle = throttle
    self.rateLimiter = rateLimiter
    self.adaptiveLimiter = adaptiveLimiter
    self.bulkhead = bulkhead

    var steps: [PipelineStep] = [.timeout(Timeout(configuration.timeout, name: configuration.name))]
    if configuration.retry.isEnabled {
      steps.append(.retry(Retry(Retry.Configuration(configuration.retry, budget: budget))))
    }
    if let hedge { steps.append(.hedge(hedge)) }
    // What refuses without asking anybody stands outside of what costs a permit or a place.
    if let breaker { steps.append(.circuitBreaker(breaker)) }
    if let throttle { steps.append(.throttle(throttle)) }
    if let rateLimiter { steps.append(.rateLimiter(rateLimiter)) }
    if let adaptiveLimiter { steps.append(.adaptiveLimiter(adaptiveLimiter)) }
    if let bulkhead { steps.append(.bulkhead(bulkhead)) }
    if let limit = Self.attemptLimit(configuration) {
      steps.append(.timeout(Timeout(limit, name: "\(configuration.name) attempt")))
    }
    self.steps = steps
  }

  /// Gives what was taken over its new settings; call it once, when these policies are put in force.
  public func takeEffect() { for effect in self.effects { effect() } }

  /// Whether the policies are what they would be with these things in common.
  public func isCurrent(sharing shared: SharedPolicies) -> Bool {
    guard shared.tiers == self.shared.tiers else { return false }
    guard let name = self.configuration.bulkhead.shared else { return true }
    return shared.compartments[name] === self.bulkhead
  }

  /// How long one attempt may take; nil where only the whole call's time-out bounds it.
  ///
  /// Always a little less than the whole call. A time-out outside the breaker teaches it nothing: if both ended
  /// together the outer one would, and a dependency that hangs would never open its breaker.
  public static func attemptLimit(_ configuration: DependencyConfiguration) -> Duration? {
    let breaker = configuration.circuitBreaker
    let bulkhead = configuration.bulkhead
    let limits = [
      configuration.attemptTimeout, breaker.isEnabled ? breaker.callTimeout : nil,
      bulkhead.isEnabled ? bulkhead.maxExecution : nil,
    ].compactMap { $0 }
    guard !limits.isEmpty || breaker.isEnabled else { return nil }
    let lead = min(configuration.timeout / 50, .milliseconds(5))
    return limits.reduce(configuration.timeout - lead, min)
  }
}
