internal import Synchronization

extension ResourceLimiter {
  /// Takes so much and hands it to the caller, for example until a body has been sent.
  ///
  /// - Throws: `Rejection` with the reason `tooLarge`, `exhausted`, `queueTimeout` or `cancelled`.
  public func acquire(
    _ cost: Int, in context: Context = Context()
  ) async throws(Rejection) -> Permit<ResourceLimiter> {
    try await self.acquire(in: context.costing(cost))
  }

  /// Runs an operation that uses so much while it runs.
  ///
  /// - Throws: The operation's own error, or `Rejection` with the reason `tooLarge`, `exhausted` or `queueTimeout`.
  public func run<Value>(
    cost: Int, in context: Context = Context(), _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    try await self.execute(in: context.costing(cost), operation)
  }

  /// The settings in force.
  public var configuration: Configuration { self.core.withLock { $0.configuration } }

  /// How much is in use, and how many calls wait.
  public var occupancy: (inUse: Int, waiting: Int) {
    self.core.withLock { (self.inUse, $0.parked.count) }
  }

  /// Takes other settings; settings out of range are brought to the nearest that is allowed.
  ///
  /// Nobody who holds something is asked to give it back. Who waits for more than one call may now have is refused.
  /// The runtime plays no part: nothing in a resource limiter goes by the clock but waits, which keep their end.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    let gone = self.core.withLock { core in
      core.configuration = configuration
      let gone = core.machine.replace(configuration).compactMap { core.parked.removeValue(forKey: $0)?.claim(.refused) }
      self.publish(core)
      return gone
    }
    for claim in gone { claim.resume() }
    self.serve()
  }

  /// Takes other settings that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("resource limiter '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }

  /// Gives what is there to those who wait, in their order.
  ///
  /// Idempotent: whoever changed something calls it.
  @usableFromInline
  @inline(never)
  func serve() {
    let woken = self.core.withLock { core in
      var woken: [Parking.Claim] = []
      while let waiter = core.machine.next(inUse: self.inUse) {
        // Timed out or cancelled at the same moment: it goes to the next.
        guard let claim = core.parked.removeValue(forKey: waiter.ticket)?.claim(.granted) else { continue }
        self.words[0].pointee.wrappingAdd(UInt64(waiter.cost), ordering: .acquiringAndReleasing)
        woken.append(claim)
      }
      if core.parked.isEmpty { self.words[0].pointee.bitwiseAnd(~Self.waiting, ordering: .acquiringAndReleasing) }
      return woken
    }
    for claim in woken { claim.resume() }  // outside the lock
  }

  private var inUse: Int { Int(self.words[0].pointee.load(ordering: .acquiring) & ~Self.waiting) }

  func publish(_ core: Core) {
    self.words[1].pointee.store(UInt64(core.machine.total), ordering: .relaxed)
    self.words[2].pointee.store(UInt64(core.machine.perCall), ordering: .relaxed)
  }

  func rejection(_ reason: Rejection.Reason, _ context: Context) -> Rejection {
    let rejection = Rejection(reason, by: .resourceLimiter, named: self.name, correlationID: context.correlationID)
    if reason != .cancelled {
      self.observer?.observe(context.event(.rejected(rejection), by: .resourceLimiter, named: self.name))
    }
    return rejection
  }
}
