internal import Resilience

/// What one call of a dependency can cost at most, by its settings alone: time, and attempts.
///
/// Arithmetic on settings; it knows nothing of how the dependency behaves. Bounds are tight: some behaviour of the
/// dependency and of chance comes as near to them as you like.
public struct CallEstimate: Sendable, Equatable {
  /// How long one attempt may take once it has its permits.
  public let attemptLimit: Duration
  /// How long one attempt may wait for a permit and for a place.
  public let admission: Duration
  /// How long one attempt with its hedges may take, waits included.
  public let round: Duration
  /// The longest waits between attempts, for a dependency that asks for no pause.
  public let waits: [Duration]
  /// How long the whole call may take, whatever the dependency does.
  public let worstCase: Duration
  /// How long it may take if the dependency never answers: nobody asks for a pause.
  public let worstCaseWithoutRetryAfter: Duration
  /// Attempts that begin although each takes all its time and each wait is the longest.
  public let fittingAttempts: Int
  /// Attempts of one call, hedges included.
  public let attempts: Int
  /// Attempts for each call over a long time in which everything fails: less than `attempts` with a budget.
  public let amplification: Double

  /// Computes what the settings allow.
  public init(_ dependency: DependencyConfiguration) {
    let retry = dependency.retry
    let tries = Self.tries(retry)
    let hedges = dependency.hedge.isEnabled ? dependency.hedge.maxHedges : 0
    self.attemptLimit = DependencyPolicies.attemptLimit(dependency) ?? dependency.timeout
    self.admission = Self.admission(dependency)
    let attempt = self.attemptLimit + self.admission
    self.round = attempt + Self.hedging(dependency, attempt)
    self.waits = Self.waits(retry, tries)
    let longest = retry.policies.reduce(retry.backoff.max) { max($0, $1.backoff.max) }
    let pauses = self.waits.map { max($0, longest) }
    self.worstCaseWithoutRetryAfter = Self.total(dependency, self.round, self.waits)
    self.worstCase = Self.total(dependency, self.round, pauses)
    self.fittingAttempts = Self.fitting(dependency, self.round, self.waits)
    self.attempts = tries * (1 + hedges)
    let bounded = retry.budget.isEnabled ? 1 + retry.budget.ratio : .infinity
    self.amplification = min(Double(self.attempts), bounded)
  }

  /// Permit and place are asked for in turn.
  private static func admission(_ dependency: DependencyConfiguration) -> Duration {
    let permit = dependency.rateLimit.isEnabled ? dependency.rateLimit.maxWait : .zero
    let place = dependency.bulkhead.isEnabled && dependency.bulkhead.maxQueue > 0 ? dependency.bulkhead.maxWait : .zero
    return permit + place
  }

  /// How much later than the first the last of the hedges may end.
  private static func hedging(_ dependency: DependencyConfiguration, _ attempt: Duration) -> Duration {
    guard dependency.hedge.isEnabled else { return .zero }
    switch dependency.hedge.delay {
    case .fixed(let delay) where delay > attempt: return .zero  // the first has ended before
    case .fixed(let delay): return delay * dependency.hedge.maxHedges
    case .percentile: return attempt * dependency.hedge.maxHedges
    }
  }

  /// Attempts of one call without hedges: a rule for some failures may allow more than the retry itself.
  static func tries(_ retry: RetryConfiguration) -> Int {
    guard retry.isEnabled else { return 1 }
    return retry.policies.reduce(retry.maxAttempts) { max($0, $1.maxAttempts) }
  }

  /// The longest wait after each attempt but the last, whichever rule decides.
  private static func waits(_ retry: RetryConfiguration, _ tries: Int) -> [Duration] {
    var waits = Self.waits(retry.backoff, retry.jitter, retry.maxAttempts)
    for rule in retry.policies {
      for (index, wait) in Self.waits(rule.backoff, rule.jitter, rule.maxAttempts).enumerated() {
        if index < waits.count { waits[index] = max(waits[index], wait) } else { waits.append(wait) }
      }
    }
    return Array(waits.prefix(max(0, tries - 1)))
  }

  private static func waits(
    _ settings: BackoffConfiguration, _ jitter: RetryConfiguration.Jitter, _ tries: Int
  ) -> [Duration] {
    var planned = BackoffGenerator(Backoff(settings), jitter: .none)
    var previous = min(settings.initial, settings.max)
    return (1..<max(1, tries)).map { _ in
      let wait = planned.next()
      switch jitter {
      case .none, .full, .equal: return wait
      case .proportional: return wait * 1.1
      case .decorrelated:
        previous = min(previous * 3, settings.max)
        return previous
      }
    }
  }

  /// The sum, as far as the call's time-out lets it come; no attempt begins after the retries' own limit.
  private static func total(
    _ dependency: DependencyConfiguration, _ round: Duration, _ waits: [Duration]
  ) -> Duration {
    // Somebody else decides how long these waits are.
    let waitsForBreaker = dependency.retry.isEnabled && dependency.retry.waitsForOpenCircuit && !waits.isEmpty
    if dependency.circuitBreaker.isEnabled, waitsForBreaker || dependency.circuitBreaker.excessProbes == .wait {
      return dependency.timeout
    }
    var total = waits.reduce(round) { $0 + $1 + round }
    if let limit = dependency.retry.totalTimeout, !waits.isEmpty { total = min(total, limit + round) }
    return min(total, dependency.timeout)
  }

  private static func fitting(
    _ dependency: DependencyConfiguration, _ round: Duration, _ waits: [Duration]
  ) -> Int {
    let end = min(dependency.timeout, dependency.retry.totalTimeout ?? dependency.timeout)
    var begins = Duration.zero
    var count = 1
    for wait in waits {
      begins += round + wait
      guard begins < end else { break }
      count += 1
    }
    return count
  }
}
