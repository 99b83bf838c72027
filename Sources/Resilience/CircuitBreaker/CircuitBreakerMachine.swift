/// When the breaker changes its mind.
///
/// A value: no lock, no clock, no closure, no window, no chance; it is told the time, the tally and a draw, and it
/// answers. The shell serialises the events.
@usableFromInline
struct CircuitBreakerMachine: Sendable, Equatable {
  private(set) var settings: Settings
  private(set) var state = State.closed
  private(set) var override: Override?
  private(set) var cause = Cause.fresh
  /// Rises with every transition: what was admitted under an older one is no evidence any more.
  private(set) var generation: UInt64 = 0
  /// How often it opened in a row without closing in between; the open time grows with it.
  private(set) var openings = 0
  /// How often it would have opened while it was only observing.
  private(set) var wouldHaveOpened = 0
  /// Whether every call of a closed breaker has to come here, because somebody compares.
  var isWatched = false

  init(_ settings: Settings) { self.settings = settings }

  var isRestored: Bool {
    if case .restored = self.cause { true } else { false }
  }

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
    case .closed: return self.isWatched ? .watched : .closed
    case .open: return .open
    case .halfOpen: return .halfOpen
    case .ramping: return .ramping
    }
  }

  // MARK: Calls

  /// - Parameter draw: 64 random bits, which decide while a share of the calls is admitted.
  mutating func admit(at now: Instant, draw: UInt64 = 0) -> Admission {
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
    case .ramping(let ramp):
      let drawn = Double(draw >> 11) * 0x1p-53
      if drawn < ramp.share(at: now) { return .admitted(Token(state: self.word)) }
      // When the share reaches what was drawn: the refused come back spread over the ramp, not all at its end.
      return .refused(.circuitOpen, retryAfter: max(1, ramp.instant(of: drawn) - now))
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

  /// Outcomes were counted while closed, ramping or observing.
  mutating func judge(_ tally: Tally, consecutiveFailures: Int, at now: Instant) {
    switch self.state {
    case .open, .halfOpen: return
    case .closed, .ramping: break
    }
    guard let cause = self.settings.verdict(tally, consecutiveFailures) else { return }
    switch self.override?.state {
    case nil: self.open(cause, at: now)
    case .observing:
      self.wouldHaveOpened += 1
      self.cause = cause
    case .isolated, .disabled: break
    }
  }

  /// Whether a probe's report counts: of this half-open period, and its lease has not run out.
  ///
  /// Late is late, whether another call has got the place meanwhile or not: whose report counts must not depend on how
  /// busy the breaker was.
  func awaits(_ token: Token, at now: Instant) -> Bool {
    guard case .halfOpen(let probes) = self.state, token.state == self.word else { return false }
    return probes.leases.contains { $0.serial == token.serial && $0.expires > now }
  }

  mutating func probeEnded(_ token: Token, _ verdict: Verdict, at now: Instant) {
    guard self.awaits(token, at: now), case .halfOpen(var probes) = self.state else { return }
    probes.leases.removeAll { $0.serial == token.serial }
    switch verdict {
    case .ignored: break
    case .failure: probes.failures += 1
    case .success: probes.successes += 1
    }
    self.decide(on: probes, at: now)
  }

  private mutating func decide(on probes: Probes, at now: Instant) {
    switch self.settings.decision(on: probes) {
    case nil: self.state = .halfOpen(probes)
    case false?:
      let all = max(self.settings.successThreshold, probes.failures + probes.successes)
      let limit = self.settings.halfOpenFailureRate
      self.open(limit.map { .probesFailed(probes.failures, of: all, limit: $0) } ?? .probeFailed, at: now)
    case true?:
      if let length = self.settings.ramp {
        self.transition(to: .ramping(Ramp(since: now, until: now + length)), .probesSucceeded(probes.successes))
      } else {
        self.close(.probesSucceeded(probes.successes))
      }
    }
  }

  // MARK: Operators

  /// An operator takes over.
  ///
  /// Whatever state there was is forgotten: it will be stale when he lets go.
  mutating func take(_ state: CircuitBreaker.OperatorState, until expires: Instant) {
    self.override = Override(state: state, expires: expires)
    self.close(.operatorDecided)
  }

  /// The operator lets go: the breaker begins again, closed.
  mutating func letGo() {
    guard self.override != nil else { return }
    self.override = nil
    self.close(.operatorDecided)
  }

  /// Begins again, closed; an override stays.
  mutating func reset() { self.close(.reset) }

  /// Time has passed: an override may have run out, or a ramp be at its end.
  mutating func tick(at now: Instant) {
    if let override, override.expires <= now {
      self.override = nil
      self.close(.overrideExpired)
    }
    if case .ramping(let ramp) = self.state, ramp.until <= now { self.close(.rampOver) }
  }

  /// New settings hold for what is decided from now on; the state and the instants that it ends at stay.
  mutating func replace(_ settings: Settings, at now: Instant) {
    self.settings = settings
    guard case .halfOpen(var probes) = self.state else { return }
    probes.inherited = probes.leases.count
    self.decide(on: probes, at: now)
  }

  /// Becomes what a saved state says: closed, or open until an instant; or an operator's.
  mutating func restore(
    openUntil: Instant?, openings: Int, wouldHaveOpened: Int, override: Override?, reason: String
  ) {
    self.override = override
    self.openings = override == nil ? openings : 0
    self.wouldHaveOpened = wouldHaveOpened
    let state = override == nil ? openUntil.map(State.open) : nil
    self.transition(to: state ?? .closed, .restored(reason))
  }

  // MARK: Transitions

  private mutating func open(_ cause: Cause, at now: Instant) {
    self.openings += 1
    self.transition(to: .open(until: now + self.settings.openDuration(after: self.openings)), cause)
  }

  private mutating func close(_ cause: Cause) {
    self.openings = 0
    self.transition(to: .closed, cause)
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
      switch self.state {
      case .closed: break
      case .open: assert(self.openings > 0, "open, and never opened")
      case .halfOpen(let probes):
        let most = max(self.settings.permittedProbes, probes.inherited)
        assert(probes.leases.count <= most, "more probes than permitted")
        assert(self.settings.decision(on: probes) == nil, "the probes have decided, and it is still half-open")
        assert(Set(probes.leases.map(\.serial)).count == probes.leases.count, "one probe has two leases")
        assert(self.openings > 0, "half-open, and never opened")
      case .ramping(let ramp):
        assert(ramp.since < ramp.until, "a ramp without length")
        assert(self.openings > 0, "ramping, and never opened")
      }
      assert(self.override == nil || self.state == .closed, "an override sits on a state that is not closed")
    #endif
  }
}
