extension CircuitBreaker {
  /// Candidate settings, with a machine and a window of their own, which hear of the live breaker's calls.
  ///
  /// A value under the breaker's lock; it decides nothing.
  struct Trial: Sendable {
    /// Which trial of its breaker it is.
    let number: Int
    let configuration: Configuration
    var machine: CircuitBreakerMachine
    let box: WindowBox
    let slowCallThreshold: Int64
    let callLimit: Int64
    let begun: Instant
    /// Failures in a row.
    var row = 0
    var differs = false
    var since: Instant
    var trips = 0
    var agreed = 0
    var refused = Candidate.Ends()
    var wouldHaveAdmitted = 0
    var transitions = Ring<Transition>(capacity: 16)

    init(_ configuration: Configuration, number: Int, at now: Instant) {
      self.number = number
      self.configuration = configuration
      self.machine = CircuitBreakerMachine(CircuitBreakerMachine.Settings(configuration))
      self.box = WindowBox(configuration.window, countsSlow: configuration.slowCallThreshold != nil)
      self.slowCallThreshold = configuration.slowCallThreshold?.nanoseconds ?? .max
      self.callLimit = configuration.callTimeout.map { max(1, $0.nanoseconds) } ?? .max
      self.begun = now
      self.since = now
    }

    /// What its changes are found by.
    var stance: (number: Int, machine: CircuitBreakerMachine) { (self.number, self.machine) }
  }
}

extension CircuitBreaker.Trial {
  /// Hears what the live breaker has decided about a call, and decides for itself.
  ///
  /// The answer is the live one, with a ticket to tell the call by when it ends.
  mutating func compare(
    _ admission: CircuitBreakerMachine.Admission, at now: Instant, _ draw: UInt64
  ) -> CircuitBreakerMachine.Admission {
    switch admission {
    case .refused:
      // The call will not be made: no probe may be spent on it, or its place would be lost.
      var copy = self.machine
      if case .admitted = copy.admit(at: now, draw: draw) { self.wouldHaveAdmitted += 1 } else { self.agreed += 1 }
      self.machine.tick(at: now)
      return admission
    case .admitted(let token):
      let ticket: Ticket
      switch self.machine.admit(at: now, draw: draw) {
      case .admitted(let own):
        self.agreed += 1
        ticket = Ticket(admitted: own)
      case .refused: ticket = .refused
      }
      let serial = token.live.serial | UInt64(ticket.bits) << 32
      return .admitted(Token(state: token.state, serial: serial, started: token.started))
    }
  }

  /// Hears how a call ended.
  mutating func ended(_ token: Token, _ verdict: Verdict, _ duration: Int64?, at now: Instant) {
    let ticket = Ticket(bits: UInt32(truncatingIfNeeded: token.serial >> 32))
    guard ticket.exists else { return }  // admitted before the candidate came
    guard ticket.isAdmitted else { return self.refused.count(verdict) }
    guard ticket.generation == Ticket.generation(self.machine.word) else { return }
    let verdict = (duration ?? 0) > self.callLimit ? .failure : verdict
    let slow = verdict != .ignored && (duration ?? 0) >= self.slowCallThreshold
    switch self.machine.state {
    case .open: return
    case .halfOpen(let probes):
      guard let lease = probes.leases.first(where: { Ticket.serial($0.serial) == ticket.serial }) else { return }
      let isFailure = slow && self.configuration.slowCallRateThreshold != nil
      let probe = Token(state: self.machine.word, serial: lease.serial)
      self.machine.probeEnded(probe, isFailure ? .failure : verdict, at: now)
    case .closed, .ramping:
      if verdict == .ignored { return }
      self.row = verdict == .failure ? self.row + 1 : 0
      self.box.window.record(failure: verdict == .failure, slow: slow, at: now)
      self.machine.judge(self.box.window.tally(at: now), consecutiveFailures: self.row, at: now)
    }
  }

  /// What 32 bits hold of an admission: whether there was one, and the lowest bits of its generation and serial.
  ///
  /// A call that outlives exactly 32,768 transitions is taken for a young one; nothing is decided by it.
  struct Ticket {
    let bits: UInt32
    static let refused = Ticket(bits: 1 << 31)

    init(bits: UInt32) { self.bits = bits }
    init(admitted token: Token) {
      self.bits = 3 << 30 | Self.generation(token.state) << 15 | Self.serial(token.serial)
    }

    var exists: Bool { self.bits >> 31 == 1 }
    var isAdmitted: Bool { self.bits >> 30 == 3 }
    var generation: UInt32 { self.bits >> 15 & 0x7FFF }
    var serial: UInt32 { self.bits & 0x7FFF }
    static func generation(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 3) & 0x7FFF }
    static func serial(_ serial: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: serial) & 0x7FFF }
  }
}

extension CircuitBreaker.Core {
  /// The machine's answer; the candidate hears of it if it is the last word for this call.
  ///
  /// - Parameter margin: Who is refused for no longer than this asks again, by the exact clock.
  mutating func admit(
    at now: Instant, _ draw: UInt64, within margin: Int64, waits: Bool
  ) -> CircuitBreakerMachine.Admission {
    let admission = self.machine.admit(at: now, draw: draw)
    guard self.trial != nil, self.machine.phase != .disabled else { return admission }
    switch admission {
    case .refused(.circuitOpen, nil) where waits: return admission
    case .refused(.circuitOpen, let wait?) where wait <= margin: return admission
    case .refused, .admitted: return self.trial?.compare(admission, at: now, draw) ?? admission
    }
  }

  mutating func tick(at now: Instant) {
    self.machine.tick(at: now)
    self.trial?.machine.tick(at: now)
  }

  /// What is to be told of the candidate after an event.
  mutating func compared(
    since stance: (number: Int, machine: CircuitBreakerMachine), at now: Instant
  ) -> [Event.Kind] {
    guard var trial = self.trial, trial.number == stance.number else { return [] }
    let before = stance.machine
    var happened: [Event.Kind] = []
    let (live, own) = (self.machine.phase.state, trial.machine.phase.state)
    var reason = self.machine.cause
    if trial.machine.generation != before.generation {
      trial.turned(before, at: now)
      reason = trial.machine.cause
      happened.append(
        .candidateTransitioned(
          from: before.phase.state.rawValue, to: own.rawValue, reason: trial.machine.cause.description))
    }
    if (live != own) != trial.differs {
      trial.differs = live != own
      happened.append(
        trial.differs
          ? .candidateDiffered(live: live.rawValue, candidate: own.rawValue, reason: reason.description)
          : .candidateAgreed(state: live.rawValue))
    }
    self.trial = trial
    return happened
  }
}

extension CircuitBreaker.Trial {
  /// The candidate has changed its state.
  mutating func turned(_ before: CircuitBreakerMachine, at now: Instant) {
    self.since = now
    switch self.machine.state {
    case .open: self.trips += 1
    case .halfOpen: break
    case .closed, .ramping:
      self.box.window.reset(at: now)
      self.row = 0
    }
    self.transitions.append(
      CircuitBreaker.Transition(
        at: now, from: before.phase.state.rawValue, to: self.machine.phase.state.rawValue,
        reason: self.machine.cause.description))
  }
}

extension Token {
  /// Without what somebody else has put into the upper half.
  var live: Token { Token(state: self.state, serial: self.serial & 0xFFFF_FFFF, started: self.started) }
}
