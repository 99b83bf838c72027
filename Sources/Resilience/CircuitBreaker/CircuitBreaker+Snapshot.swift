internal import Synchronization

extension CircuitBreaker {
  /// A breaker's state, as people and metrics name it.
  @frozen
  public enum State: String, Sendable, Hashable, CaseIterable, Codable {
    /// Calls pass and are counted.
    case closed
    /// Calls are refused.
    case open
    /// A few probes pass.
    case halfOpen
    /// An operator refuses all calls.
    case isolated
    /// An operator lets all calls pass; nothing is counted.
    case disabled
    /// All calls pass and are counted; it only reports when it would have opened.
    case observing
  }

  /// A call's end that spoke against the dependency.
  public struct Outcome: Sendable {
    /// When, on the runtime's clock.
    public let at: Instant
    /// Whether it counted as a failure (a slow call that succeeded does not).
    public let isFailure: Bool
    /// Whether it took at least the slow-call threshold.
    public let isSlow: Bool
    /// What was thrown.
    public let error: (any Error)?
    /// How long it took, where durations are measured.
    public let duration: Duration?
    /// Which attempt it was.
    public let attempt: Int
    /// The request it belonged to.
    public let correlationID: String?

    init(
      _ verdict: Verdict, slow: Bool, error: (any Error)?, duration: Int64?, in context: Context, at now: Instant
    ) {
      self.at = now
      self.isFailure = verdict == .failure
      self.isSlow = slow
      self.error = error
      self.duration = duration.map { .nanoseconds($0) }
      self.attempt = context.attempt
      self.correlationID = context.correlationID
    }
  }

  /// A change of state.
  public struct Transition: Sendable, Equatable {
    /// When, on the runtime's clock.
    public let at: Instant
    /// The state that ended.
    public let from: String
    /// The state that began.
    public let to: String
    /// Why, in words.
    public let reason: String
  }

  /// Everything there is to know about a breaker at one moment.
  public struct Snapshot: Sendable {
    /// The breaker's name.
    public let name: String
    /// The state.
    public let state: State
    /// When the state was entered; 0 if it never changed.
    public let since: Instant
    /// Rises with every transition.
    public let generation: UInt64
    /// While open: when probes will be admitted.
    public let openUntil: Instant?
    /// What an operator has decided, if he has.
    public let operatorDecision: OperatorDecision?
    /// The window's counts.
    public let tally: Tally
    /// Failures in a row.
    public let consecutiveFailures: Int
    /// How often it has opened.
    public let trips: Int
    /// How often it would have opened while observing.
    public let wouldHaveOpened: Int
    /// Probes under way and succeeded, while half-open.
    public let probes: (underWay: Int, succeeded: Int)?
    /// The share of calls that are admitted: 1 when closed, 0 when open or half-open, between them while recovering.
    public let admittedShare: Double
    /// The last failure.
    public let lastCause: (any Error)?
    /// The outcomes that opened it last, oldest first.
    public let evidence: [Outcome]
    /// The last changes of state, oldest first.
    public let transitions: [Transition]
    /// Why it is in its state, in numbers.
    public let reasons: Explanation
    /// The settings that are tried beside it, and how they would have fared; nil if there are none.
    public let candidate: Candidate?

    /// Why it is in its state, in English.
    public var explanation: String { self.reasons.description }
  }

  /// Everything there is to know, without stopping traffic.
  public func snapshot(on runtime: Runtime = .live) -> Snapshot {
    let now = runtime.coarseNow()
    // Read after the step: what has just run out is published, and told, with the step's end.
    self.step(at: now) { $0.tick(at: now) }
    let core = self.core.withLock { $0 }
    let machine = core.machine
    var openUntil: Instant?
    var probes: (Int, Int)?
    switch machine.state {
    case .closed: break
    case .open(let until): openUntil = until
    case .halfOpen(let lent): probes = (lent.leases.count, lent.successes)
    case .ramping: break
    }
    let alert = self.shared[Self.alert].pointee.load(ordering: .relaxed)
    let row = Int(alert & (Self.pending - 1))
    let tally = core.box.window.tally(at: now)
    let reasons = Explanation(
      machine, tally, consecutiveFailures: row, lastCause: core.lastCause, decision: core.taken, at: now)
    return Snapshot(
      name: self.name, state: machine.phase.state, since: core.since, generation: machine.generation,
      openUntil: openUntil, operatorDecision: core.taken, tally: tally, consecutiveFailures: row, trips: core.trips,
      wouldHaveOpened: machine.wouldHaveOpened, probes: probes, admittedShare: reasons.admittedShare,
      lastCause: core.lastCause, evidence: core.evidence, transitions: Array(core.transitions), reasons: reasons,
      candidate: core.trial.map { Candidate($0, agrees: !$0.differs, at: now) })
  }

  /// Why it is in its state, in English: `snapshot(on:).explanation`.
  public func explanation(on runtime: Runtime = .live) -> String { self.snapshot(on: runtime).explanation }

  /// The state; cheaper than a snapshot.
  public func state(on runtime: Runtime = .live) -> State {
    let now = runtime.coarseNow()
    return self.step(at: now) { core in
      core.tick(at: now)
      return core.machine.phase.state
    }
  }
}

extension CircuitBreakerMachine.Phase {
  var state: CircuitBreaker.State {
    switch self {
    case .closed, .watched: .closed
    case .open: .open
    case .halfOpen, .ramping: .halfOpen
    case .isolated: .isolated
    case .disabled: .disabled
    case .observing: .observing
    }
  }
}
