extension CircuitBreakerMachine {
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

    /// Whether anything is decided by rates, which successes can change as well.
    var judgesRates: Bool { self.failureRateThreshold != nil || self.slowCallRateThreshold != nil }
  }

  enum State: Sendable, Equatable {
    case closed
    case open(until: Instant)
    case halfOpen(Probes)
  }

  struct Probes: Sendable, Equatable {
    var leases: [Lease] = []
    var successes = 0
    var lent: UInt64 = 0
  }

  struct Lease: Sendable, Equatable {
    var serial: UInt64
    var expires: Instant
  }

  /// What an operator has decided; ends by itself at `expires`.
  struct Override: Sendable, Equatable {
    var state: CircuitBreaker.OperatorState
    var expires: Instant
  }

  /// Why the machine last changed its mind.
  enum Cause: Sendable, Equatable {
    case fresh
    case consecutiveFailures(Int)
    case failureRate(Tally)
    case slowCallRate(Tally)
    case openTimeOver
    case probeFailed
    case probesSucceeded(Int)
    case operatorDecided
    case overrideExpired
    case reset
  }

  enum Admission: Sendable, Equatable {
    case admitted(Token)
    case refused(Rejection.Reason, retryAfter: Int64?)
  }

  /// State and override as one number: the low bits of the published word.
  @frozen
  @usableFromInline
  enum Phase: UInt64, Sendable {
    case closed, open, halfOpen, isolated, disabled, observing
  }

  /// The bits of the word below the generation.
  @usableFromInline static var phaseMask: UInt64 { 7 }
}
