/// When the breaker changes its mind.
///
/// A value: no lock, no clock, no closure, no window; it is told the time and the tally, and it answers. The shell
/// serialises the events.
@usableFromInline
struct CircuitBreakerMachine: Sendable, Equatable {
  let settings: Settings
  private(set) var state = State.closed
  private(set) var override: Override?
  private(set) var cause = Cause.fresh
  /// Rises with every transition: what was admitted under an older one is no evidence any more.
  private(set) var generation: UInt64 = 0
  /// How often it opened in a row without closing in between; the open time grows with it.
  private(set) var openings = 0
  /// How often it would have opened while it was only observing.
  private(set) var wouldHaveOpened = 0

  init(_ settings: Settings) { self.settings = settings }

  /// Phase and generation in one word, for the shell to publish.
  var word: UInt64 { self.generation << 3 | self.phase.rawValue }

  var phase: Phase {
    switch self.override?.state {
    case .isolated: return .isolated
    case .disabled: return .disabled
    case .observing: return .observing
    case nil: break
    }
    switch self.state {
    case .closed: return .closed
    case .open: return .open
    case .halfOpen: return .halfOpen
    }
  }

  // MARK: Calls

  mutating func admit(at now: Instant) -> Admission {
    self.tick(at: now)
    switch self.override?.state {
    case .isolated: return .refused(.isolated, retryAfter: self.override.flatMap { Self.wait($0.expires, now) })
    case .disabled, .observing: return .admitted(Token(state: self.word))
    case nil: break
    }
    switch self.state {
    case .closed: return .admitted(Token(state: self.word))
    case .open(let until) where now < until: return .refused(.circuitOpen, retryAfter: until - now)
    case .open:
      self.transition(to: .halfOpen(Probes()), .openTimeOver)
      return self.lend(at: now)
    case .halfOpen: return self.lend(at: now)
    }
  }

  /// Why, and until when, every call is refused without any change of state; nil: ask `admit`.
  var standingRefusal: (reason: Rejection.Reason, until: Instant)? {
    if let override { return override.state == .isolated ? (.isolated, override.expires) : nil }
    guard case .open(let until) = self.state else { return nil }
    return (.circuitOpen, until)
  }

  private mutating func lend(at now: Instant) -> Admission {
    guard case .halfOpen(var probes) = self.state else { return .refused(.circuitOpen, retryAfter: nil) }
    probes.leases.removeAll { $0.expires <= now }
    guard probes.leases.count < self.settings.permittedProbes else {
      self.state = .halfOpen(probes)
      return .refused(.circuitOpen, retryAfter: nil)
    }
    probes.lent += 1
    probes.leases.append(Lease(serial: probes.lent, expires: now + self.settings.probeLease))
    self.state = .halfOpen(probes)
    return .admitted(Token(state: self.word, serial: probes.lent))
  }

  /// Outcomes were counted while closed or observing.
  mutating func judge(_ tally: Tally, consecutiveFailures: Int, at now: Instant) {
    guard case .closed = self.state, let cause = self.verdict(tally, consecutiveFailures) else { return }
    switch self.override?.state {
    case nil: self.open(cause, at: now)
    case .observing:
      self.wouldHaveOpened += 1
      self.cause = cause
    case .isolated, .disabled: break
    }
  }

  private func verdict(_ tally: Tally, _ consecutiveFailures: Int) -> Cause? {
    if let limit = self.settings.consecutiveFailures, consecutiveFailures >= limit {
      return .consecutiveFailures(consecutiveFailures)
    }
    guard tally.total >= self.settings.minimumCalls else { return nil }
    if let limit = self.settings.failureRateThreshold, Double(tally.failures) >= limit * Double(tally.total) {
      return .failureRate(tally)
    }
    if let limit = self.settings.slowCallRateThreshold, Double(tally.slow) >= limit * Double(tally.total) {
      return .slowCallRate(tally)
    }
    return nil
  }

  mutating func probeEnded(_ token: Token, _ verdict: Verdict, at now: Instant) {
    guard case .halfOpen(var probes) = self.state, token.state == self.word,
      let index = probes.leases.firstIndex(where: { $0.serial == token.serial })
    else { return }  // late: another generation, or its lease has been given to another
    probes.leases.remove(at: index)
    switch verdict {
    case .ignored: self.state = .halfOpen(probes)
    case .failure: self.open(.probeFailed, at: now)
    case .success:
      probes.successes += 1
      if probes.successes >= self.settings.successThreshold {
        self.openings = 0
        self.transition(to: .closed, .probesSucceeded(probes.successes))
      } else {
        self.state = .halfOpen(probes)
      }
    }
  }

  // MARK: Operators

  /// An operator takes over.
  ///
  /// Whatever state there was is forgotten: it will be stale when he lets go.
  mutating func take(_ state: CircuitBreaker.OperatorState, until expires: Instant) {
    self.override = Override(state: state, expires: expires)
    self.openings = 0
    self.transition(to: .closed, .operatorDecided)
  }

  /// The operator lets go: the breaker begins again, closed.
  mutating func letGo() {
    guard self.override != nil else { return }
    self.override = nil
    self.transition(to: .closed, .operatorDecided)
  }

  /// Begins again, closed; an override stays.
  mutating func reset() {
    self.openings = 0
    self.transition(to: .closed, .reset)
  }

  /// Time has passed: an override may have run out.
  mutating func tick(at now: Instant) {
    guard let override, override.expires <= now else { return }
    self.override = nil
    self.transition(to: .closed, .overrideExpired)
  }

  // MARK: Transitions

  private mutating func open(_ cause: Cause, at now: Instant) {
    self.openings += 1
    self.transition(to: .open(until: now + self.openDuration), cause)
  }

  /// The open time after so many openings in a row, capped before it is multiplied.
  private var openDuration: Int64 {
    var duration = Double(self.settings.openDuration)
    for _ in 1..<max(2, min(self.openings, 64)) where self.openings > 1 {
      duration = min(duration * self.settings.openDurationFactor, Double(self.settings.maxOpenDuration))
    }
    return Int64(duration)
  }

  private mutating func transition(to state: State, _ cause: Cause) {
    self.state = state
    self.cause = cause
    self.generation += 1
  }

  private static func wait(_ expires: Instant, _ now: Instant) -> Int64? { expires == .max ? nil : expires - now }
}

extension CircuitBreakerMachine {
  /// Breaks off a debug build when the machine has lost its senses.
  func checkInvariants() {
    #if DEBUG
      if case .halfOpen(let probes) = self.state {
        assert(probes.leases.count <= self.settings.permittedProbes, "more probes than permitted")
        assert(probes.successes < self.settings.successThreshold, "enough successes, and not closed")
      }
      assert(self.override == nil || self.state == .closed, "an override sits on a state that is not closed")
    #endif
  }
}
