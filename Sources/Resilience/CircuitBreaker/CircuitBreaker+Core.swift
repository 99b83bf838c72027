internal import Synchronization

extension CircuitBreaker {
  /// What the lock protects: the machine, and the memory that explanations are made of.
  struct Core: Sendable {
    var machine: CircuitBreakerMachine
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
    /// Calls that wait for the probes' verdict.
    var waiting: [Parking] = []

    init(_ machine: CircuitBreakerMachine) { self.machine = machine }
  }

  /// One event for the machine, and what follows from it: the window is cleared, the word published, the observer told.
  ///
  /// The context is that of the call that the event came with; what is told carries its correlation id.
  func step<Answer>(at now: Instant, of context: Context? = nil, _ event: (inout Core) -> Answer) -> Answer {
    let (answer, happened, woken) = self.core.withLock { core -> (Answer, [Event.Kind], [Parking]) in
      let before = core.machine
      let answer = event(&core)
      core.machine.checkInvariants()
      var woken: [Parking] = []
      if !core.waiting.isEmpty, core.machine.state != before.state || core.machine.word != before.word {
        swap(&woken, &core.waiting)
      }
      return (answer, self.publish(&core, before, at: now), woken)
    }
    for parking in woken { parking.wake(.granted) }
    if !happened.isEmpty, let observer {  // no user code under the lock
      for kind in happened {
        observer.observe(
          Event(
            kind, policy: .circuitBreaker, name: self.name, at: now, operation: context?.operation ?? "",
            correlationID: context?.correlationID, attempt: context?.attempt ?? 1))
      }
    }
    return answer
  }

  private func publish(_ core: inout Core, _ before: CircuitBreakerMachine, at now: Instant) -> [Event.Kind] {
    let machine = core.machine
    if machine.wouldHaveOpened != before.wouldHaveOpened {
      self.clearWindow()
      return [.wouldHaveOpened(reason: machine.cause.description)]
    }
    guard machine.word != before.word else { return [] }
    if case .closed = machine.state {
      self.clearWindow()
      core.against.removeAll()
    }
    if machine.phase == .open {
      core.trips += 1
      core.evidence = Self.evidence(core.against, for: machine.cause)
    }
    if machine.override == nil { core.taken = nil }
    // It ran out when it ran out, not when somebody noticed.
    let at = machine.cause == .overrideExpired ? before.override?.expires ?? now : now
    core.since = at
    let (since, cause) = (at, core.lastCause)
    self.refusals.put { self.notice(machine, since, cause) }
    let until = UInt64(bitPattern: machine.standingRefusal?.until ?? 0)
    self.shared[Self.until].pointee.store(until, ordering: .releasing)
    self.shared[Self.word].pointee.store(machine.word, ordering: .releasing)
    let transition = Transition(
      at: at, from: "\(before.phase)", to: "\(machine.phase)", reason: machine.cause.description)
    core.transitions.append(transition)
    return [.transitioned(from: transition.from, to: transition.to, reason: transition.reason)]
  }

  /// The outcomes that a decision to open rests on, as far as they are remembered.
  private static func evidence(_ against: Ring<Outcome>, for cause: CircuitBreakerMachine.Cause) -> [Outcome] {
    switch cause {
    case .consecutiveFailures(let count): against.filter(\.isFailure).suffix(count)
    case .failureRate(let tally): against.filter(\.isFailure).suffix(tally.failures)
    case .slowCallRate(let tally): against.filter(\.isSlow).suffix(tally.slow)
    case .probeFailed: against.suffix(1)
    case .fresh, .openTimeOver, .probesSucceeded, .operatorDecided, .overrideExpired, .reset: []
    }
  }

  private func clearWindow() {
    self.window.reset()
    self.shared[Self.alert].pointee.store(0, ordering: .relaxed)
  }

  /// How a call ended, unless it was a plain success in a quiet closed state.
  @usableFromInline
  @inline(never)
  func settle(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {
    let phase = CircuitBreakerMachine.Phase(rawValue: token.state & CircuitBreakerMachine.phaseMask) ?? .closed
    let now = context.runtime.coarseNow()
    let duration: Int64? = token.started == 0 ? nil : context.runtime.now() - token.started
    let slow = verdict != .ignored && (duration ?? 0) >= self.slowCallThreshold && self.measuresDuration
    switch phase {
    case .closed, .observing:
      if verdict == .ignored { return }  // no evidence
      if verdict == .success, !slow, self.countSuccess(token, context.runtime) { return }
    case .halfOpen: break
    case .open, .isolated, .disabled: return
    }
    let outcome = Outcome(verdict, slow: slow, error: error, duration: duration, in: context, at: now)
    self.step(at: now, of: context) { core in
      guard core.machine.word == token.state else { return }  // under the lock: for failures the fence is exact
      if verdict == .failure || slow { core.against.append(outcome) }
      if verdict == .failure { core.lastCause = error }
      if phase == .halfOpen {
        core.machine.probeEnded(token, slow && self.judgesSlowness ? .failure : verdict, at: now)
      } else {
        self.count(verdict, slow, &core.machine, at: now)
      }
    }
  }

  private var judgesSlowness: Bool { self.configuration.slowCallRateThreshold != nil }

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
    self.window.recordSuccess(runtime)
    return true
  }

  private func count(_ verdict: Verdict, _ slow: Bool, _ machine: inout CircuitBreakerMachine, at now: Instant) {
    self.window.record(failure: verdict == .failure, slow: slow, at: now)
    let tally = self.window.tally(at: now)
    let row = self.shared[Self.alert].pointee.load(ordering: .relaxed) & (Self.pending - 1)
    let consecutive = verdict == .failure ? min(row + 1, Self.pending - 1) : 0
    let undecided =
      machine.settings.judgesRates && tally.total < machine.settings.minimumCalls && tally.failures + tally.slow > 0
    self.shared[Self.alert].pointee.store(consecutive | (undecided ? Self.pending : 0), ordering: .relaxed)
    machine.judge(tally, consecutiveFailures: Int(consecutive), at: now)
  }
}
