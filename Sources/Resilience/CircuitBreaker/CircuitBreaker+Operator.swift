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

  /// Takes the breaker only if nobody else holds it: for automata, such as a health check, which stand below people.
  ///
  /// Decided under the breaker's lock, so that a person who decides at the same moment is never overruled. Where the
  /// actor holds it in this state already, nothing changes.
  ///
  /// - Parameters:
  ///   - state: What to make of it.
  ///   - reason: Why; shown to everybody who meets the breaker.
  ///   - actor: Who.
  ///   - runtime: Where time comes from.
  /// - Returns: Whether the actor holds it now.
  @discardableResult
  public func takeUnlessHeld(
    _ state: OperatorState, reason: String, actor: String, on runtime: Runtime = .live
  ) -> Bool {
    let now = runtime.coarseNow()
    let (isHeld, isNew) = self.step(at: now) { core -> (Bool, Bool) in
      core.tick(at: now)
      if let taken = core.taken, core.machine.override != nil {
        guard taken.actor == actor else { return (false, false) }
        if taken.state == state { return (true, false) }
      }
      core.machine.take(state, until: .max)
      core.taken = OperatorDecision(state: state, reason: reason, actor: actor, since: now, expires: nil)
      return (true, true)
    }
    if isNew { self.tell(.overridden(state: state.rawValue, reason: reason, actor: actor), at: now) }
    return isHeld
  }

  /// Gives the breaker back to itself only if this actor holds it; it begins again, closed.
  ///
  /// - Returns: Whether he held it.
  @discardableResult
  public func letGo(ifHeldBy actor: String, reason: String, on runtime: Runtime = .live) -> Bool {
    let now = runtime.coarseNow()
    let wasHeld = self.step(at: now) { core in
      core.tick(at: now)
      guard core.machine.override != nil, core.taken?.actor == actor else { return false }
      core.machine.letGo()
      return true
    }
    if wasHeld { self.tell(.overridden(state: nil, reason: reason, actor: actor), at: now) }
    return wasHeld
  }

  /// Forgets outcomes, causes and evidence, and closes; an operator's decision and the history stay.
  ///
  /// For automata; a person says why, by `reset(reason:actor:on:)`.
  public func reset(on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    self.step(at: now) { core in
      core.machine.reset()
      core.lastCause = nil
      core.evidence = []
    }
  }

  /// The same by somebody who says why; told as an operator's decision, whose state is the one it begins in again.
  ///
  /// - Parameters:
  ///   - reason: Why.
  ///   - actor: Who.
  ///   - runtime: Where time comes from.
  public func reset(reason: String, actor: String, on runtime: Runtime = .live) {
    self.reset(on: runtime)
    let now = runtime.coarseNow()
    self.tell(.overridden(state: self.state(on: runtime).rawValue, reason: reason, actor: actor), at: now)
  }

  private func tell(_ kind: Event.Kind, at now: Instant) {
    self.observer?.observe(Event(kind, policy: .circuitBreaker, name: self.name, at: now))
  }
}
