extension Bulkhead {
  /// What a bulkhead is doing at a moment.
  public struct Snapshot: Sendable, Equatable {
    /// What a tier is doing.
    public struct TierSnapshot: Sendable, Equatable {
      /// The tier's name; empty for the calls of no tier.
      public let name: String
      /// How many places are its own.
      public let guaranteed: Int
      /// How many of its calls run.
      public let inside: Int
      /// How many of its calls wait.
      public let waiting: Int
    }

    /// The bulkhead's name.
    public let name: String
    /// How many calls run.
    public let inside: Int
    /// How many calls wait.
    public let waiting: Int
    /// How many may run.
    public let limit: Int
    /// The tiers, in the order of the settings, and last whoever belongs to none; empty without tiers.
    public let tiers: [TierSnapshot]
    /// How many permits were noticed as leaked since it was made.
    public let leaks: Int
    /// How many of them are still out.
    public let outstandingLeaks: Int
    /// How many came back after their place had been given to others, and were ignored.
    public let lateReturns: Int
    /// Why it refuses every call, if it does.
    public let isolation: Isolation?
  }

  /// What it is doing now; leaks are noticed and told at this moment as well.
  public func snapshot(on runtime: Runtime = .live) -> Snapshot {
    self.change(in: Context(runtime)) { core, _ in
      let machine = core.machine
      let names = machine.settings.names.isEmpty ? [] : machine.settings.names + [""]
      let tiers = names.enumerated().map { index, name in
        Snapshot.TierSnapshot(
          name: name, guaranteed: machine.settings.shares[index].guaranteed, inside: machine.running[index],
          waiting: machine.queues[index].count)
      }
      return Snapshot(
        name: self.name, inside: self.count(core), waiting: core.parked.count, limit: machine.settings.limit,
        tiers: tiers, leaks: core.leaks, outstandingLeaks: machine.outstandingLeaks, lateReturns: core.lateReturns,
        isolation: core.isolation)
    }
  }
}
