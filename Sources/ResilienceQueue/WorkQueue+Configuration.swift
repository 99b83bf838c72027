public import Resilience
public import ResilienceInterfaces

extension WorkQueue {
  /// How a queue is filled and drained.
  public struct Configuration: Sendable {
    /// How much it may hold; default 100,000 items, 1 GiB.
    public var bound = QueueBound()
    /// What a failed item does to those behind it with the same ordering key; default `untilDead`.
    public var ordering = QueueOrdering.untilDead
    /// How many attempts an item has before it becomes a dead letter, the first included; default 20, at least 1.
    public var maxAttempts = 20
    /// How the delay before the next attempt grows; default 1 s, doubled up to 10 min.
    public var backoff = Backoff.exponential(initial: .seconds(1), max: .seconds(600))
    /// How chance spreads the delays; default full.
    public var jitter = Jitter.full
    /// For how long an item is claimed.
    ///
    /// It is renewed while its worker runs, so this is how long an item waits after a crash, unless the store can tell
    /// that nobody else claims from it (`SQLiteQueueStore.endAbandonedClaims`). Default 30 s.
    public var lease = Duration.seconds(30)
    /// The most items that are worked on at once, by one worker; default 8.
    public var concurrency = 8
    /// The most items that begin each second, so that a backlog does not kill what has just recovered; default 0: as
    /// many as concurrency allows.
    public var itemsPerSecond = 0.0
    /// How long a drain pauses when a policy has refused an item without saying for how long; default 1 s.
    public var pause = Duration.seconds(1)
    /// How often the store is asked for what other processes have enqueued; default 1 s.
    public var pollInterval = Duration.seconds(1)
    /// For how long completed items with an idempotency key are remembered; default 24 h.
    public var idempotencyRetention = Duration.seconds(86_400)
    /// For how long other completed items are remembered, so that their state can be asked for; default 10 min.
    public var resultRetention = Duration.seconds(600)

    /// The defaults.
    public init() {}

    /// What of it decides about draining.
    var drain: DrainMachine.Settings {
      DrainMachine.Settings(
        concurrency: max(1, self.concurrency),
        interval: self.interval,
        pause: max(.milliseconds(1), self.pause).nanoseconds,
        poll: max(.milliseconds(1), self.pollInterval).nanoseconds)
    }

    /// Nanoseconds between two items, at most a quarter of what there are: a later instant would not fit.
    private var interval: Int64 {
      guard self.itemsPerSecond > 0 else { return 0 }
      let length = 1e9 / self.itemsPerSecond
      return length < Double(Int64.max / 4) ? max(1, Int64(length)) : .max / 4
    }
  }
}
