extension CircuitBreakerMachine {
  typealias Cause = CircuitBreaker.Cause

  /// The thresholds and times that the machine decides by, in nanoseconds.
  struct Settings: Sendable, Equatable {
    var consecutiveFailures: Int?
    var failureRateThreshold: Double?
    var slowCallRateThreshold: Double?
    var minimumCalls = 20
    var openDuration: Int64 = 60_000_000_000
    var openDurationFactor = 1.0
    var maxOpenDuration: Int64 = 600_000_000_000
    var permittedProbes = 3
    var successThreshold = 3
    var probeLease: Int64 = 60_000_000_000
    /// Nil: one failed probe opens again.
    var halfOpenFailureRate: Double?
    /// Nil: closes at once when the probes have succeeded.
    var ramp: Int64?

    /// Whether anything is decided by rates, which successes can change as well.
    var judgesRates: Bool { self.failureRateThreshold != nil || self.slowCallRateThreshold != nil }
  }

  enum State: Sendable, Equatable {
    case closed
    case open(until: Instant)
    case halfOpen(Probes)
    /// The probes have succeeded; a growing share of the calls is admitted.
    case ramping(Ramp)
  }

  /// What half-open knows of its probes.
  struct Probes: Sendable, Equatable {
    var leases: [Lease] = []
    var successes = 0
    var failures = 0
    var lent: UInt64 = 0
    /// How many were under way when settings were replaced: more than the new ones permit, perhaps.
    var inherited = 0
  }

  struct Lease: Sendable, Equatable {
    var serial: UInt64
    var expires: Instant
  }

  /// A recovery by and by: the share of admitted calls grows evenly from a tenth to all.
  struct Ramp: Sendable, Equatable {
    static let start = 0.1
    let since: Instant
    let until: Instant

    /// The share that is admitted at an instant, 0.1…1.
    func share(at now: Instant) -> Double {
      guard now < self.until else { return 1 }
      let elapsed = Double(max(0, now - self.since)) / Double(max(1, self.until - self.since))
      return Self.start + (1 - Self.start) * elapsed
    }

    /// When the share reaches a value; not before `since`, not after `until`.
    func instant(of share: Double) -> Instant {
      let elapsed = min(1, max(0, (share - Self.start) / (1 - Self.start)))
      return min(self.until, self.since + Int64((elapsed * Double(self.until - self.since)).rounded(.up)))
    }
  }

  /// What an operator has decided; ends by itself at `expires`.
  struct Override: Sendable, Equatable {
    var state: CircuitBreaker.OperatorState
    var expires: Instant
  }

  enum Admission: Sendable, Equatable {
    case admitted(Token)
    case refused(Rejection.Reason, retryAfter: Int64?)
  }

  /// State and override as one number: the low bits of the published word.
  ///
  /// Zero is the only phase that the path without a lock admits; `watched` is a closed breaker beside which a candidate
  /// wants to hear of every call.
  @frozen
  @usableFromInline
  enum Phase: UInt64, Sendable {
    case closed, open, halfOpen, isolated, disabled, observing, ramping, watched
  }

  /// The bits of the word below the generation.
  @usableFromInline static var phaseMask: UInt64 { 7 }
}

extension CircuitBreakerMachine.Settings {
  /// Whether the probes' outcomes are enough to close (true) or to open (false) by; nil: not yet.
  ///
  /// Shares are compared as quotients: the quotient of two whole numbers is the very `Double` that the threshold is,
  /// where their product with it may miss it by a bit.
  func decision(on probes: CircuitBreakerMachine.Probes) -> Bool? {
    guard let limit = self.halfOpenFailureRate else {
      if probes.failures > 0 { return false }
      return probes.successes >= self.successThreshold ? true : nil
    }
    // So many outcomes are the half-open window; decided as soon as those still missing cannot change it.
    let missing = max(0, self.successThreshold - probes.failures - probes.successes)
    let all = max(self.successThreshold, probes.failures + probes.successes)
    if Double(probes.failures) / Double(all) >= limit { return false }
    return Double(probes.failures + missing) / Double(all) < limit ? true : nil
  }

  /// Why a tally or a row of failures is too much; nil if it is not.
  func verdict(_ tally: Tally, _ consecutiveFailures: Int) -> CircuitBreaker.Cause? {
    if let limit = self.consecutiveFailures, consecutiveFailures >= limit {
      return .consecutiveFailures(consecutiveFailures, limit: limit)
    }
    guard tally.total >= self.minimumCalls else { return nil }
    if let limit = self.failureRateThreshold, tally.failureRate >= limit { return .failureRate(tally, limit: limit) }
    if let limit = self.slowCallRateThreshold, tally.slowCallRate >= limit { return .slowCallRate(tally, limit: limit) }
    return nil
  }

  /// The open time after so many openings in a row, capped before it is multiplied.
  func openDuration(after openings: Int) -> Int64 {
    var duration = Double(self.openDuration)
    for _ in 1..<max(2, min(openings, 64)) where openings > 1 {
      duration = min(duration * self.openDurationFactor, Double(self.maxOpenDuration))
    }
    return Int64(duration)
  }
}
