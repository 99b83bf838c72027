internal import Resilience

/// Decides, policy by policy, whether a former one goes on or a new one begins: the one place where that is decided.
struct GateTakeover {
  private let configuration: DependencyConfiguration
  private let shared: SharedPolicies
  private let observer: any Observer
  private let former: DependencyPolicies?
  /// What gives the policies that go on their new settings.
  private(set) var effects: [@Sendable () -> Void] = []

  init(
    _ configuration: DependencyConfiguration, sharing shared: SharedPolicies, observer: any Observer,
    former: DependencyPolicies?
  ) {
    self.configuration = configuration
    self.shared = shared
    self.observer = observer
    // State is knowledge about what stands behind a URL; another one is another dependency under the same name.
    self.former = former.flatMap { $0.configuration.url == configuration.url ? $0 : nil }
  }

  mutating func breaker() -> CircuitBreaker? {
    let settings = self.configuration.circuitBreaker
    guard settings.isEnabled else { return nil }
    let candidate = settings.candidate.map(CircuitBreaker.Configuration.init(candidate:))
    let isSameCandidate = self.former?.configuration.circuitBreaker.candidate == settings.candidate
    let replace: @Sendable (CircuitBreaker) -> Void = { breaker in
      breaker.replace(CircuitBreaker.Configuration(settings.rules))
      if !isSameCandidate { breaker.setCandidate(candidate) }
    }
    return self.policy(\.breaker, \.circuitBreaker, replace) {
      let breaker = CircuitBreaker($0.name, CircuitBreaker.Configuration(settings.rules), observer: $1)
      if candidate != nil { breaker.setCandidate(candidate) }
      return breaker
    }
  }

  mutating func bulkhead() -> Bulkhead? {
    let settings = self.configuration.bulkhead
    guard settings.isEnabled else { return nil }
    if let name = settings.shared, let compartment = self.shared.compartments[name] { return compartment }
    let wanted = Bulkhead.Configuration(settings, tiers: self.shared.tiers)
    // One that was shared is not this dependency's to keep.
    guard let kept = self.former?.bulkhead, self.former?.configuration.bulkhead.shared == nil else {
      return Bulkhead(self.configuration.name, wanted, observer: self.observer)
    }
    if kept.configuration != wanted { self.effects.append { kept.replace(wanted) } }
    return kept
  }

  mutating func rateLimiter() -> RateLimiter? {
    let settings = self.configuration.rateLimit
    guard settings.isEnabled else { return nil }
    let was = self.former?.configuration.rateLimit
    if was == settings, let kept = self.former?.rateLimiter { return kept }
    // What is shared has its state elsewhere, and what is shared no longer begins anew.
    if settings.isShared || was?.isShared == true {
      let permits =
        settings.isShared
        ? self.shared.permits?(self.configuration.name, settings, self.observer) : nil
      return RateLimiter(
        self.configuration.name, RateLimiter.Configuration(settings), observer: self.observer, sharing: permits)
    }
    return self.policy(\.rateLimiter, \.rateLimit, { $0.replace(RateLimiter.Configuration(settings)) }) {
      RateLimiter($0.name, RateLimiter.Configuration(settings), observer: $1)
    }
  }

  mutating func adaptiveLimiter() -> AdaptiveLimiter? {
    let settings = self.configuration.adaptiveLimit
    guard settings.isEnabled else { return nil }
    return self.policy(\.adaptiveLimiter, \.adaptiveLimit, { $0.replace(AdaptiveLimiter.Configuration(settings)) }) {
      AdaptiveLimiter($0.name, AdaptiveLimiter.Configuration(settings), observer: $1)
    }
  }

  mutating func throttle() -> Throttle? {
    let settings = self.configuration.throttle
    guard settings.isEnabled else { return nil }
    return self.policy(\.throttle, \.throttle, { $0.replace(Throttle.Configuration(settings)) }) {
      Throttle($0.name, Throttle.Configuration(settings), observer: $1)
    }
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
