extension Bulkhead {
  /// Takes other settings and keeps the state; settings out of range are brought to the nearest that is allowed.
  ///
  /// Nobody who is inside is thrown out: with fewer places than calls inside, nobody enters until enough have left, and
  /// an event says so. Nobody who waits is sent away either, even if the queue is now shorter; each waits as long as he
  /// was told. What is inside or waits for a tier stays with the tier of that name, or with the rest if it is no more.
  /// Permits that were given out before `maxHold` or tiers were set are not tracked.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    self.change(in: Context(runtime)) { core, _ in
      core.configuration = configuration
      core.maxWait = max(1, configuration.maxWait.nanoseconds)
      core.machine.replace(BulkheadMachine.Settings(configuration))
      // Before anybody is counted: from here on the new limit holds.
      self.publish(core)
      self.liftIfMended(&core)
      let (inside, limit) = (self.count(core), core.machine.settings.limit)
      if inside > limit {
        core.happened.append(
          .breached(reason: "\(inside) calls are inside, \(limit) are allowed by the new settings; none is ended"))
      }
    }
  }

  /// Takes other settings that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("bulkhead '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }
}
