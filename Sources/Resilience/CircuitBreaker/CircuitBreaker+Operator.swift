extension CircuitBreaker {
  /// What an operator can make of a breaker.
  @frozen
  public enum OperatorState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Refuse every call.
    case isolated
    /// Let every call pass and count nothing.
    case disabled
    /// Let every call pass, count, and only report when it would have opened.
    case observing
  }

  /// A decision of an operator, in force until he takes it back or it runs out.
  public struct OperatorDecision: Sendable, Equatable {
    /// What he made of the breaker.
    public let state: OperatorState
    /// Why.
    public let reason: String
    /// Who.
    public let actor: String
    /// When, on the runtime's clock.
    public let since: Instant
    /// When it runs out by itself; nil is never.
    public let expires: Instant?
  }

  /// Takes the breaker out of its own hands.
  ///
  /// - Parameters:
  ///   - state: What to make of it.
  ///   - reason: Why; shown to everybody who meets the breaker.
  ///   - actor: Who.
  ///   - length: For how long; nil is until `letGo`.
  ///   - runtime: Where time comes from.
  public func take(
    _ state: OperatorState, reason: String, actor: String, for length: Duration? = nil, on runtime: Runtime = .live
  ) {
    let now = runtime.coarseNow()
    let expires = length.map { now + $0.nanoseconds }
    self.step(at: now) { core in
      core.machine.take(state, until: expires ?? .max)
      core.taken = OperatorDecision(state: state, reason: reason, actor: actor, since: now, expires: expires)
    }
    self.tell(.overridden(state: state.rawValue, reason: reason, actor: actor), at: now)
  }

  /// Gives the breaker back to itself; it begins again, closed.
  ///
  /// Does nothing when nobody has taken it.
  public func letGo(reason: String, actor: String, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    let wasTaken = self.step(at: now) { core in
      core.tick(at: now)
      let wasTaken = core.machine.override != nil
      core.machine.letGo()
      return wasTaken
    }
    if wasTaken { self.tell(.overridden(state: nil, reason: reason, actor: actor), at: now) }
  }

  /// Forgets outcomes, causes and evidence, and closes; an operator's decision and the history stay.
  public func reset(on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    self.step(at: now) { core in
      core.machine.reset()
      core.lastCause = nil
      core.evidence = []
    }
  }

  private func tell(_ kind: Event.Kind, at now: Instant) {
    self.observer?.observe(Event(kind, policy: .circuitBreaker, name: self.name, at: now))
  }
}
