internal import Resilience

/// Decides, policy by policy, whether a former one goes on or a new one begins: the one place where that is decided.
struct GateTakeover {
  private let configuration: DependencyConfiguration
  private let observer: any Observer
  private let former: DependencyPolicies?
  /// What gives the policies that go on their new settings.
  private(set) var effects: [@Sendable () -> Void] = []

  init(_ configuration: DependencyConfiguration, observer: any Observer, former: DependencyPolicies?) {
    self.configuration = configuration
    self.observer = observer
    // State is knowledge about what stands behind a URL; another one is another dependency under the same name.
    self.former = former.flatMap { $0.configuration.url == configuration.url ? $0 : nil }
  }

  mutating func breaker() -> CircuitBreaker? {
    let settings = self.configuration.circuitBreaker
    guard settings.isEnabled else { return nil }
    return self.policy(\.breaker, \.circuitBreaker, { $0.replace(CircuitBreaker.Configuration(settings)) }) {
      CircuitBreaker($0.name, CircuitBreaker.Configuration(settings), observer: $1)
    }
  }

  mutating func bulkhead() -> Bulkhead? {
    let settings = self.configuration.bulkhead
    guard settings.isEnabled else { return nil }
    return self.policy(\.bulkhead, \.bulkhead, { $0.replace(Bulkhead.Configuration(settings)) }) {
      Bulkhead($0.name, Bulkhead.Configuration(settings), observer: $1)
    }
  }

  mutating func rateLimiter() -> RateLimiter? {
    let settings = self.configuration.rateLimit
    guard settings.isEnabled else { return nil }
    return self.policy(\.rateLimiter, \.rateLimit) {
      RateLimiter($0.name, RateLimiter.Configuration(settings), observer: $1)
    }
  }

  mutating func adaptiveLimiter() -> AdaptiveLimiter? {
    let settings = self.configuration.adaptiveLimit
    guard settings.isEnabled else { return nil }
    return self.policy(\.adaptiveLimiter, \.adaptiveLimit) {
      AdaptiveLimiter($0.name, AdaptiveLimiter.Configuration(settings), observer: $1)
    }
  }

  mutating func throttle() -> Throttle? {
    let settings = self.configuration.throttle
    guard settings.isEnabled else { return nil }
    return self.policy(\.throttle, \.throttle) { Throttle($0.name, Throttle.Configuration(settings), observer: $1) }
  }

  mutating func budget() -> RetryBudget? {
    let settings = self.configuration.retry.budget
    guard settings.isEnabled else { return nil }
    // Only another form of budget is refused, and files have one form.
    let replace: @Sendable (RetryBudget) -> Void = { try? $0.replace(validating: RetryBudget.Configuration(settings)) }
    return self.policy(\.budget, \.retry.budget, replace) { configuration, _ in
      RetryBudget(settings, configuration.name)
    }
  }

  /// A hedge's knowledge is how long calls take; it holds its budget, so another budget means another hedge.
  func hedge(_ budget: RetryBudget?) -> Hedge? {
    let settings = self.configuration.hedge
    guard settings.isEnabled else { return nil }
    if let former, let hedge = former.hedge, former.configuration.hedge == settings, former.budget === budget,
      former.configuration.retry.isEnabled == self.configuration.retry.isEnabled
    {
      return hedge
    }
    // Who counts the calls that the budget's share is taken of: the outermost policy that knows it.
    let counts = !self.configuration.retry.isEnabled
    return Hedge(self.configuration.name, Hedge.Configuration(settings, budget, counts: counts))
  }

  /// The former policy, with other settings to be replaced, else a new one.
  private mutating func policy<Policy: Sendable, Settings: Equatable>(
    _ policy: KeyPath<DependencyPolicies, Policy?>, _ settings: KeyPath<DependencyConfiguration, Settings>,
    _ replace: (@Sendable (Policy) -> Void)? = nil, _ make: (DependencyConfiguration, any Observer) -> Policy?
  ) -> Policy? {
    guard let former, let kept = former[keyPath: policy] else { return make(self.configuration, self.observer) }
    if former.configuration[keyPath: settings] == self.configuration[keyPath: settings] { return kept }
    guard let replace else { return make(self.configuration, self.observer) }
    self.effects.append { replace(kept) }
    return kept
  }
}
