extension Rejection {
  /// What the refusals of one period have in common.
  ///
  /// Immutable, and one object, so that a refusal is 32 bytes that travel in registers and hold one reference: as a
  /// struct of 120 bytes with an existential inside, half of what an open breaker cost was copying it.
  final class Basis: Sendable {
    let policy: PolicyKind
    let name: String
    let reason: Reason
    let state: String?
    let since: Instant?
    let lastCause: (any Error)?

    init(
      _ reason: Reason, by policy: PolicyKind, named name: String, state: String? = nil, since: Instant? = nil,
      lastCause: (any Error)? = nil
    ) {
      self.policy = policy
      self.name = name
      self.reason = reason
      self.state = state
      self.since = since
      self.lastCause = lastCause
    }

    /// The same in an object of its own, whose references are counted apart from the other's.
    func copy() -> Basis {
      Basis(
        self.reason, by: self.policy, named: self.name, state: self.state, since: self.since, lastCause: self.lastCause)
    }
  }
}
