extension CircuitBreaker {
  /// What a breaker knows, in a form that can be stored: for restarts, and for handing over to another process.
  ///
  /// There are no instants in it, because they mean nothing to another clock: what lasts is told as a length from the
  /// moment of saving, and `restore` is told how much time has passed. Errors are not in it: their texts may hold what
  /// must not be stored.
  public struct SavedState: Sendable, Hashable, Codable {
    /// Whether calls were refused.
    ///
    /// A breaker that was trying to recover counts as open with its open time over.
    public var isOpen: Bool
    /// While open: the open time that was left, in nanoseconds.
    public var openNanoseconds: Int64
    /// Openings in a row without closing, which the open time grows with.
    public var openings: Int
    /// How often it had opened.
    public var trips: Int
    /// How often it would have opened while observing.
    public var wouldHaveOpened: Int
    /// The window's calls.
    public var calls: Int
    /// Those that failed.
    public var failures: Int
    /// Those that were slow.
    public var slow: Int
    /// Failures in a row.
    public var consecutiveFailures: Int
    /// Why it was in its state.
    public var reason: String
    /// What an operator had decided, if he had.
    public var decision: Decision?

    /// An operator's decision.
    public struct Decision: Sendable, Hashable, Codable {
      /// What he made of the breaker.
      public var state: OperatorState
      /// Why.
      public var reason: String
      /// Who.
      public var actor: String
      /// How long it was still to hold, in nanoseconds; nil is until he takes it back.
      public var remainingNanoseconds: Int64?

      /// Makes a decision.
      public init(state: OperatorState, reason: String, actor: String, remainingNanoseconds: Int64?) {
        self.state = state
        self.reason = reason
        self.actor = actor
        self.remainingNanoseconds = remainingNanoseconds
      }
    }
  }

  /// What the breaker knows now, to be restored later or elsewhere.
  public func savedState(on runtime: Runtime = .live) -> SavedState {
    let snapshot = self.snapshot(on: runtime)
    let now = runtime.coarseNow()
    let (isOpen, openings) = self.core.withLock { ($0.machine.openings > 0, $0.machine.openings) }
    var cause = snapshot.reasons.cause.description
    if case .restored(let reason) = snapshot.reasons.cause { cause = reason }
    return SavedState(
      isOpen: isOpen, openNanoseconds: max(0, (snapshot.openUntil ?? now) - now), openings: openings,
      trips: snapshot.trips, wouldHaveOpened: snapshot.wouldHaveOpened, calls: snapshot.tally.total,
      failures: snapshot.tally.failures, slow: snapshot.tally.slow,
      consecutiveFailures: snapshot.consecutiveFailures, reason: cause,
      decision: snapshot.operatorDecision.map { decision in
        SavedState.Decision(
          state: decision.state, reason: decision.reason, actor: decision.actor,
          remainingNanoseconds: decision.expires.map { max(0, $0 - now) })
      })
  }

  /// Becomes what a saved state says.
  ///
  /// An open breaker stays open for the rest of its time; one that was recovering tries again with the next call.
  /// A closed one gets its counts back, a time window as of now, and only if less than its length has passed. An
  /// operator's decision holds for the rest of its time, as if taken now. Whatever is out of range is brought to the
  /// nearest that is possible: no open time is longer than the settings allow, no window holds more than it can.
  /// What the breaker has learned by itself is forgotten; call it before traffic begins.
  ///
  /// - Parameters:
  ///   - saved: What `savedState` said.
  ///   - elapsed: How long ago that was.
  ///   - runtime: Where time comes from.
  public func restore(_ saved: SavedState, elapsed: Duration, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    let elapsed = max(0, elapsed.nanoseconds)
    let expires = saved.decision.map { decision in
      decision.remainingNanoseconds.map { now + max(0, min(max(0, $0), .max / 4) - elapsed) } ?? .max
    }
    let decision = expires.flatMap { $0 > now ? saved.decision : nil }
    let generation = self.step(at: now) { core in
      let settings = core.machine.settings
      let longest = max(settings.openDuration, settings.maxOpenDuration)
      let rest = max(0, min(max(0, saved.openNanoseconds), longest) - elapsed)
      core.machine.restore(
        openUntil: saved.isOpen ? now + rest : nil,
        openings: saved.isOpen ? max(1, min(saved.openings, 1_000_000)) : 0,
        wouldHaveOpened: Self.count(saved.wouldHaveOpened),
        override: decision.map { .init(state: $0.state, expires: expires ?? .max) },
        reason: String(saved.reason.prefix(1_000)))
      core.taken = decision.map {
        OperatorDecision(
          state: $0.state, reason: String($0.reason.prefix(1_000)), actor: String($0.actor.prefix(1_000)), since: now,
          expires: expires == .max ? nil : expires)
      }
      core.trips = Self.count(saved.trips)
      core.lastCause = nil
      core.evidence = []
      return core.machine.generation
    }
    // Entering a state has emptied the window, so it is filled afterwards.
    self.step(at: now) { core in
      guard core.machine.generation == generation, core.machine.state == .closed else { return }
      switch core.machine.phase {
      case .isolated, .disabled, .open, .halfOpen, .ramping: return
      case .closed, .observing, .watched: break
      }
      if core.configuration.window.holds(elapsed) {
        core.box.window.fill(Tally(total: saved.calls, failures: saved.failures, slow: saved.slow), at: now)
      }
      core.skipSample(at: now)
      self.setAlert(UInt64(Self.count(saved.consecutiveFailures)), core, at: now)
    }
  }

  /// A count that nothing overflows by.
  private static func count(_ number: Int) -> Int { max(0, min(number, 1 << 31 - 1)) }
}

extension CircuitBreaker.Window {
  /// Whether what was counted so many nanoseconds ago still counts.
  func holds(_ elapsed: Int64) -> Bool {
    switch self {
    case .count: true
    case .time(let length): elapsed < length.nanoseconds
    }
  }
}

extension CircuitBreaker.Core {
  /// What was restored is no news for the trend.
  mutating func skipSample(at now: Instant) {
    guard let recorded = self.box.window.recorded else { return }
    self.sampledCursor = recorded
    self.sampledAt = now
  }
}
