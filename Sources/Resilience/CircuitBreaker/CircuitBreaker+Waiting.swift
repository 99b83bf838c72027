extension CircuitBreaker {
  /// What becomes of calls beyond the permitted probes.
  @frozen
  public enum ExcessProbes: String, Sendable, Hashable, CaseIterable, Codable {
    /// They are refused at once.
    case reject
    /// They wait for the probes' verdict, at most until their deadline. Nothing bounds their number: put a bulkhead
    /// outside the breaker.
    case wait
  }

  /// Waits while all probes are under way, and asks again whenever that has changed.
  ///
  /// - Throws: `Rejection` when the probes failed, the deadline passed, or the caller was cancelled.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    while true {
      let parking = Parking()
      let now = context.runtime.now()
      let draw = self.has(Trait.drawing) ? context.runtime.random() : 0
      let answer = self.step(at: now, of: context) { core in
        let admission = core.admit(at: now, draw, within: -1, waits: true)
        // Half-open, and no probe is free: the only refusal without a time to come back.
        if case .refused(.circuitOpen, nil) = admission { core.waiting.append(parking) }
        return (admission: admission, phase: core.machine.phase, since: core.since, cause: core.lastCause)
      }
      switch answer.admission {
      case .admitted(let token): return self.stamped(token, context)
      case .refused(.circuitOpen, nil): break
      case .refused(let reason, let wait):
        throw self.rejection(reason, wait, answer.phase, answer.since, answer.cause, context)
      }
      let lease = self.configuration.maxHalfOpenDuration.nanoseconds
      let deadline = min(context.effectiveDeadline, now + lease)
      let wake = await parking.park(until: deadline, on: context.runtime)
      if wake == .granted { continue }
      self.core.withLock { core in core.waiting.removeAll { $0 === parking } }
      if wake == .cancelled { throw Rejection(.cancelled, by: .circuitBreaker, named: self.name) }
      // A lease may have run out meanwhile; without one, nobody waits for this call any more.
      if context.runtime.now() >= context.effectiveDeadline {
        throw self.rejection(.circuitOpen, nil, answer.phase, answer.since, answer.cause, context)
      }
    }
  }

  /// The token, with the time where durations are measured.
  func stamped(_ token: Token, _ context: Context) -> Token {
    Token(state: token.state, serial: token.serial, started: self.has(Trait.measured) ? context.runtime.now() : 0)
  }
}
