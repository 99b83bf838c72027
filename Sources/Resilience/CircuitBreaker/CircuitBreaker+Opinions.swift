extension CircuitBreaker {
  /// Opens because other instances of this service have opened theirs.
  ///
  /// Whoever calls it has made sure that this counts: failures of its own confirm it, or a quorum of instances says so.
  /// `SharedCircuitBreakers` does. A breaker that is not closed, or that an operator has isolated or disabled, stays as
  /// it is; an observed one reports that it would have opened.
  /// - Parameters:
  ///   - count: How many instances have opened theirs.
  ///   - instances: How many instances there are.
  ///   - isQuorum: Whether they are a quorum; else failures here have confirmed them.
  ///   - runtime: Where time comes from.
  public func heed(opinions count: Int, of instances: Int, isQuorum: Bool, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    self.step(at: now) { core in
      core.tick(at: now)
      core.machine.heed(.opinions(count, of: instances, isQuorum: isQuorum), at: now)
    }
  }
}
