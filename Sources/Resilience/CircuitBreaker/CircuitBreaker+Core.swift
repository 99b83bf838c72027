internal import Synchronization

extension CircuitBreaker {
  /// What the lock protects: the machine, and the memory that explanations are made of.
  struct Core: Sendable {
    var machine: CircuitBreakerMachine
    var configuration: Configuration
    /// The window that is counted in.
    var box: WindowBox
    /// Windows of former settings: somebody who has read their address may still count there.
    var formerBoxes: [WindowBox] = []
    /// When the present state was entered.
    var since: Instant = 0
    /// How often it has opened.
    var trips = 0
    var lastCause: (any Error)?
    /// The last outcomes that spoke against the dependency.
    var against = Ring<Outcome>(capacity: 16)
    /// Those that opened it last.
    var evidence: [Outcome] = []
    var transitions = Ring<Transition>(capacity: 32)
    var taken: OperatorDecision?
    /// Other settings that hear of the same calls.
    var trial: Trial?
    var trials = 0
    let trend: AvailabilityTrend
    /// Of a count window: how far the trend knows it, and since when.
    var sampledCursor: UInt64 = 0
    var sampledAt: Instant = 0
    var latencies: LatencyCounts?
    /// Calls that wait for the probes' verdict.
    var waiting: [Parking] = []

    init(_ configuration: Configuration) {
      self.configuration = configuration
      self.machine = CircuitBreakerMachine(CircuitBreakerMachine.Settings(configuration))
      let trend = AvailabilityTrend()
      self.trend = trend
      self.box = WindowBox(
        configuration.window, countsSlow: configuration.slowCallThreshold != nil, trend: trend)
    }

    func makeBox(_ configuration: Configuration) -> WindowBox {
      WindowBox(configuration.window, countsSlow: configuration.slowCallThreshold != nil, trend: self.trend)
    }

    var judgesSlowness: Bool { self.configuration.slowCallRateThreshold != nil }
  }

  /// One event for the machine, and what follows from it: the window is cleared, the word published, the observer told.
  ///
  /// The context is that of the call that the event came with; what is told carries its correlation id.
  func step<Answer>(at now: Instant, of context: Context? = nil, _ event: (inout Core) -> Answer) -> Answer {
    let (answer, happened, woken) = self.core.withLock { core -> (Answer, [Event.Kind], [Parking]) in
      let before = core.machine
      let stance = core.trial?.stance
      let answer = event(&core)
      core.machine.checkInvariants()
      var woken: [Parking] = []
      if !core.waiting.isEmpty, core.machine.state != before.state || core.machine.word != before.word {
        swap(&woken, &core.waiting)
      }
      let happened = self.publish(&core, before, at: now)
      return (answer, stance.map { happened + core.compared(since: $0, at: now) } ?? happened, woken)
    }
    for parking in woken { parking.wake(.granted) }
    if !happened.isEmpty {  // no user code under the lock
      for kind in happened {
        let event = Event(
          kind, policy: .circuitBreaker, name: self.name, at: now, operation: context?.operation ?? "",
          correlationID: context?.correlationID, attempt: context?.attempt ?? 1)
        if let context { context.trace?.record(event, at: context.runtime.now()) }
        self.observer?.observe(event)
      }
    }
    return answer
  }

  private func publish(_ core: inout Core, _ before: CircuitBreakerMachine, at now: Instant) -> [Event.Kind] {
    let machine = core.machine
    if machine.generation == before.generation, machine.wouldHaveOpened != before.wouldHaveOpened {
      self.clearWindow(&core, at: now)
      return [.wouldHaveOpened(reason: machine.cause.description)]
    }
    guard machine.word != before.word else { return [] }
    if machine.generation == before.generation {  // somebody has begun to watch, or has ended it
      self.shared[Self.word].pointee.store(machine.word, ordering: .releasing)
      return []
    }
    switch machine.state {
    case .closed, .ramping:
      self.clearWindow(&core, at: now)
      core.against.removeAll()
    case .open, .halfOpen: break
    }
    if machine.phase == .open, !machine.isRestored {
      core.trips += 1
      core.evidence = Self.evidence(core.against, for: machine.cause)
    }
    if machine.override == nil { core.taken = nil }
    let at = Self.instant(of: machine.cause, before) ?? now
    core.since = at
    let (since, cause) = (at, core.lastCause)
    self.announce(machine, since, cause)
    self.shared[Self.word].pointee.store(machine.word, ordering: .releasing)
    let transition = Transition(
      at: at, from: before.phase.state.rawValue, to: machine.phase.state.rawValue, reason: machine.cause.description)
    core.transitions.append(transition)
    return [.transitioned(from: transition.from, to: transition.to, reason: transition.reason)]
  }

  /// What ran out ran out then, not when somebody noticed.
  private static func instant(of cause: Cause, _ before: CircuitBreakerMachine) -> Instant? {
    if cause == .overrideExpired { return before.override?.expires }
    if cause == .rampOver, case .ramping(let ramp) = before.state { return ramp.until }
    return nil
  }

  /// The outcomes that a decision to open rests on, as far as they are remembered.
  private static func evidence(_ against: Ring<Outcome>, for cause: Cause) -> [Outcome] {
    switch cause {
    case .consecutiveFailures(let count, _): against.filter(\.isFailure).suffix(count)
    case .failureRate(let tally, _): against.filter(\.isFailure).suffix(tally.failures)
    case .slowCallRate(let tally, _): against.filter(\.isSlow).suffix(tally.slow)
    case .probeFailed: against.suffix(1)
    case .probesFailed(let count, _, _): against.suffix(count)
    case .fresh, .openTimeOver, .probesSucceeded, .rampOver, .operatorDecided, .overrideExpired, .reset, .restored: []
    }
  }

  private func clearWindow(_ core: inout Core, at now: Instant) {
    core.sample(at: now)
    core.box.window.reset(at: now)
    core.sampledCursor = 0
    self.shared[Self.alert].pointee.store(0, ordering: .relaxed)
  }

  /// How a call ended, unless it was a plain success in a quiet closed state.
  @usableFromInline
  @inline(never)
  func settle(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    let phase = CircuitBreakerMachine.Phase(rawValue: token.state & CircuitBreakerMachine.phaseMask) ?? .closed
    let now = context.runtime.coarseNow()
    let duration: Int64? = token.started == 0 ? nil : context.runtime.now() - token.started
    let (verdict, error) = self.judged(verdict, error, after: duration ?? 0, context)
    let slow = verdict != .ignored && (duration ?? 0) >= self.slowCallThreshold
    if let duration, verdict != .ignored { self.recordDuration(duration, at: now) }
    switch phase {
    case .closed, .observing, .ramping, .watched:
      if self.has(Trait.watched) { break }  // a candidate hears of everything
      if verdict == .ignored { return }  // no evidence
      if verdict == .success, !slow, self.countSuccess(token, context.runtime) { return }
    case .halfOpen: break
    case .open, .isolated, .disabled: return
    }
    let judgement = self.has(Trait.watched) ? self.trialVerdict(verdict, error) : verdict
    let outcome = Outcome(verdict, slow: slow, error: error, duration: duration, in: context, at: now)
    self.step(at: now, of: context) { core in
      core.trial?.ended(token, judgement, duration, at: now)
      // Under the lock: for failures the fence is exact. Watching a closed breaker begins and ends within a generation.
      guard (core.machine.word ^ token.state) & ~CircuitBreakerMachine.phaseMask == 0 else { return }
      if phase != .halfOpen, verdict == .ignored { return }
      let isHeard = phase != .halfOpen || core.machine.awaits(token.live, at: now)
      if isHeard, verdict == .failure || slow { core.against.append(outcome) }
      if isHeard, verdict == .failure { core.lastCause = error }
      if phase == .halfOpen {
        if isHeard, verdict != .ignored { core.trend.add(total: 1, failures: verdict == .failure ? 1 : 0, at: now) }
        core.machine.probeEnded(token.live, slow && core.judgesSlowness ? .failure : verdict, at: now)
      } else {
        self.count(verdict, slow, &core, at: now)
      }
    }
  }

  /// What an end says, taking into account how long it took: what comes after the calls' time limit has timed out.
  private func judged(
    _ verdict: Verdict, _ error: (any Error)?, after duration: Int64, _ context: Context
  ) -> (Verdict, (any Error)?) {
    guard duration > self.callLimit else { return (verdict, error) }
    if verdict == .failure, let error { return (.failure, error) }
    return (
      .failure, Rejection(.timeout, by: .timeout, named: self.name, correlationID: context.correlationID)
    )
  }

  /// How many nanoseconds a call may take; `.max`: as many as it wants.
  var callLimit: Int64 { Int64(bitPattern: self.shared[Self.limit].pointee.load(ordering: .relaxed)) }

  /// From how many nanoseconds on a call is slow; `.max`: none is.
  private var slowCallThreshold: Int64 {
    Int64(bitPattern: self.shared[Self.slowness].pointee.load(ordering: .relaxed))
  }

  /// A success that nobody has to judge.
  ///
  /// False: it has to go to the machine.
  private func countSuccess(_ token: Token, _ runtime: Runtime) -> Bool {
    guard self.shared[Self.word].pointee.load(ordering: .relaxed) == token.state else { return true }  // the fence
    let alert = self.shared[Self.alert].pointee.load(ordering: .relaxed)
    if alert & Self.pending != 0 { return false }
    if alert != 0 {  // the row of failures is broken, unless another one has just come
      _ = self.shared[Self.alert].pointee.compareExchange(expected: alert, desired: 0, ordering: .relaxed)
    }
    self.recordSuccess(runtime)
    return true
  }

  private func count(_ verdict: Verdict, _ slow: Bool, _ core: inout Core, at now: Instant) {
    core.box.window.record(failure: verdict == .failure, slow: slow, at: now)
    if verdict == .failure { core.sample(failures: 1, at: now) }
    let row = self.shared[Self.alert].pointee.load(ordering: .relaxed) & (Self.pending - 1)
    let consecutive = verdict == .failure ? min(row + 1, Self.pending - 1) : 0
    let tally = self.setAlert(consecutive, core, at: now)
    core.machine.judge(tally, consecutiveFailures: Int(consecutive), at: now)
  }

  /// Publishes the row of failures, and whether successes have to be judged as well.
  @discardableResult
  func setAlert(_ consecutive: UInt64, _ core: Core, at now: Instant) -> Tally {
    let tally = core.box.window.tally(at: now)
    let settings = core.machine.settings
    // Too few calls yet; or, after settings were replaced or counts restored, too many failures already.
    let undecided =
      settings.judgesRates && tally.failures + tally.slow > 0
      && (tally.total < settings.minimumCalls || settings.verdict(tally, 0) != nil)
    self.shared[Self.alert].pointee.store(consecutive | (undecided ? Self.pending : 0), ordering: .relaxed)
    return tally
  }
}
