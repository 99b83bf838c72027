internal import Synchronization

extension CircuitBreaker {
  /// Puts up what all calls are told from now on, before the word is published.
  func announce(_ machine: CircuitBreakerMachine, _ since: Instant, _ cause: (any Error)?) {
    self.refusals.put(self.notice(machine, since, cause))
    let until = machine.isWatched ? 0 : machine.standingRefusal?.until ?? 0
    self.shared[Self.until].pointee.store(UInt64(bitPattern: until), ordering: .releasing)
  }

  /// What all calls are told from now on; nil while some are admitted.
  func notice(
    _ machine: CircuitBreakerMachine, _ since: Instant, _ cause: (any Error)?
  ) -> RefusalBoard.Notice? {
    // A candidate hears of refusals as well.
    guard !machine.isWatched, let (reason, until) = machine.standingRefusal else { return nil }
    return RefusalBoard.Notice(
      word: machine.word, until: until, basis: self.basis(reason, machine.phase, since, cause))
  }

  /// A refusal by the machine.
  func rejection(
    _ reason: Rejection.Reason, _ wait: Int64?, _ phase: CircuitBreakerMachine.Phase, _ since: Instant,
    _ cause: (any Error)?, _ context: Context
  ) -> Rejection {
    let rejection = Rejection(
      self.basis(reason, phase, since, cause), retryAfter: wait, correlationID: context.correlationID)
    if self.isObserved { self.tell(rejection, context) }
    return rejection
  }

  private func basis(
    _ reason: Rejection.Reason, _ phase: CircuitBreakerMachine.Phase, _ since: Instant, _ cause: (any Error)?
  ) -> Rejection.Basis {
    Rejection.Basis(
      reason, by: .circuitBreaker, named: self.name, state: phase.state.rawValue, since: since, lastCause: cause)
  }

  /// Tells the observer that a call was refused.
  @inline(never)
  func tell(_ rejection: Rejection, _ context: Context) {
    self.observer?.observe(context.event(.rejected(rejection), by: .circuitBreaker, named: self.name))
  }
}
