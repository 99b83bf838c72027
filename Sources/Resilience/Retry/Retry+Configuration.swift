extension Retry {
  /// The settings of a retry.
  public struct Configuration: Sendable {
    /// How many attempts there are, the first included: 1…1,000, default 3.
    public var maxAttempts: Int
    /// How the wait before the next attempt grows.
    public var backoff: Backoff
    /// How chance spreads the waits.
    public var jitter: Jitter
    /// No attempt begins later than this after the first; nil is no limit.
    ///
    /// The time of one attempt is a `Timeout`'s job.
    public var maxDuration: Duration?
    /// The longest `Retry-After` that is waited for; a longer one ends the retries at once.
    ///
    /// Default: the longest back-off.
    public var maxRetryAfter: Duration?
    /// Whether an open breaker inside is waited for, if the deadline allows it, instead of ending the retries.
    public var waitsForOpenCircuit: Bool
    /// Bounds what retries add to the dependency's load; nil is no bound.
    ///
    /// Give the same budget to everybody who calls the dependency.
    public var budget: RetryBudget?
    /// Makes delays follow the kind of failure and the dependency's recovery; nil leaves them as planned.
    public var adaptation: AdaptiveDelay?
    /// Other settings for some failures and calls; nil uses these for all.
    public var policies: RetryPolicies?
    /// What ends the retries besides `maxAttempts` and `maxDuration`; nil is nothing.
    public var stop: StopRule?
    /// Decides which errors deserve another attempt; nil takes `Retry.isRetryable(_:)`.
    ///
    /// Cancellation never does.
    public var isRetryable: (@Sendable (any Error) -> Bool)?

    /// Makes settings; what is left out has the documents' default.
    public init(
      maxAttempts: Int = 3, backoff: Backoff = .exponential(), jitter: Jitter = .full, maxDuration: Duration? = nil,
      maxRetryAfter: Duration? = nil, waitsForOpenCircuit: Bool = false,
      budget: RetryBudget? = nil, adaptation: AdaptiveDelay? = nil, policies: RetryPolicies? = nil,
      isRetryable: (@Sendable (any Error) -> Bool)? = nil
    ) {
      self.maxAttempts = maxAttempts
      self.backoff = backoff
      self.jitter = jitter
      self.maxDuration = maxDuration
      self.maxRetryAfter = maxRetryAfter
      self.waitsForOpenCircuit = waitsForOpenCircuit
      self.budget = budget
      self.adaptation = adaptation
      self.policies = policies
      self.isRetryable = isRetryable
    }

    /// Makes settings that stop by a rule: `maxAttempts` is the most there is, 1,000.
    ///
    /// - Parameters:
    ///   - stop: When there is no further attempt.
    ///   - backoff: How the wait grows.
    ///   - jitter: How chance spreads the waits.
    ///   - maxRetryAfter: The longest `Retry-After` that is waited for; nil is the longest back-off.
    ///   - waitsForOpenCircuit: Whether an open breaker inside is waited for.
    ///   - budget: Bounds what retries add to the dependency's load.
    ///   - adaptation: Makes delays follow the dependency's recovery.
    ///   - policies: Other settings for some failures and calls.
    ///   - isRetryable: Decides which errors deserve another attempt; nil takes `Retry.isRetryable(_:)`.
    public init(
      stop: StopRule, backoff: Backoff = .exponential(), jitter: Jitter = .full, maxRetryAfter: Duration? = nil,
      waitsForOpenCircuit: Bool = false, budget: RetryBudget? = nil, adaptation: AdaptiveDelay? = nil,
      policies: RetryPolicies? = nil, isRetryable: (@Sendable (any Error) -> Bool)? = nil
    ) {
      self.init(
        maxAttempts: 1_000, backoff: backoff, jitter: jitter, maxRetryAfter: maxRetryAfter,
        waitsForOpenCircuit: waitsForOpenCircuit, budget: budget, adaptation: adaptation, policies: policies,
        isRetryable: isRetryable)
      self.stop = stop
    }

    /// Document 000: "max 3 retries", waits 1, 2, 4 s and up to a tenth more.
    public static var documented: Configuration { Configuration(maxAttempts: 4, jitter: .proportional(0.1)) }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      if !(1...1_000).contains(self.maxAttempts) {
        problems.append(.init("maxAttempts", found: "\(self.maxAttempts)", allowed: "1…1000"))
      }
      for law in self.backoff.parts where law.initial > law.longest {
        let found = "\(Duration.nanoseconds(law.initial))"
        problems.append(
          .init("backoff.initial", found: found, allowed: "at most \(Duration.nanoseconds(law.longest))"))
      }
      if case .proportional(let share) = self.jitter, !(0...1).contains(share) {
        problems.append(.init("jitter", found: "\(share)", allowed: "0…1"))
      }
      if let maxDuration, maxDuration <= .zero {
        problems.append(.init("maxDuration", found: "\(maxDuration)", allowed: "more than 0"))
      }
      if let maxRetryAfter, maxRetryAfter < .zero {
        problems.append(.init("maxRetryAfter", found: "\(maxRetryAfter)", allowed: "0 or more"))
      }
      problems += self.budget?.configuration.problems ?? []
      problems += self.adaptation?.configuration.problems ?? []
      problems += self.policies?.problems ?? []
      return problems
    }
  }
}
