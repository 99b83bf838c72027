internal import Resilience

/// Keeps queues in memory: for tests, and for `storage: memory:`.
///
/// A restart forgets everything. Lists cost O(n log n).
public final class InMemoryQueueStore: QueueStore {
  private let clock: StoreClock
  private let table = Lock(QueueTable())

  /// Makes a store without queues.
  ///
  /// - Parameter clock: By which delays and claims end.
  public init(clock: StoreClock = StoreClock()) { self.clock = clock }

  /// Puts items into queues, all of them or none.
  public func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    let now = self.clock.now
    return try self.table.withLock { table throws(StoreFailure) in
      try table.enqueue(drafts, bound: bound, at: now)
    }
  }

  /// Takes items that are due.
  public func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim] {
    let now = self.clock.now
    return try self.table.withLock { table throws(StoreFailure) in
      try table.claim(from: queue, limit: limit, lease: lease, at: now)
    }
  }

  /// Lengthens a claim.
  public func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim {
    let now = self.clock.now
    return try self.table.withLock { table throws(StoreFailure) in
      try table.renew(claim, lease: lease, at: now)
    }
  }

  /// Settles claims.
  public func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool] {
    let now = self.clock.now
    return self.table.withLock { table in settlements.map { table.settle($0, at: now) } }
  }

  /// An item by its id.
  public func item(withID id: String) async throws(StoreFailure) -> QueueItem? {
    let now = self.clock.now
    return self.table.withLock { $0.item(id, at: now) }
  }

  /// The item that an idempotency key stands for.
  public func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    let now = self.clock.now
    return self.table.withLock { $0.item(of: queue, withIdempotencyKey: key, at: now) }
  }

  /// An item's place in its queue.
  public func position(ofItem id: String) async throws(StoreFailure) -> Int? {
    self.table.withLock { $0.position(id) }
  }

  /// Items of a queue in one state.
  public func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    let now = self.clock.now
    return self.table.withLock { $0.items(of: queue, in: state, after: sequence, limit: limit, at: now) }
  }

  /// How much a queue holds.
  public func counts(of queue: String) async throws(StoreFailure) -> QueueCounts {
    self.table.withLock { $0.counts(of: queue) }
  }

  /// The names of the queues that hold anything.
  public func queues() async throws(StoreFailure) -> [String] { self.table.withLock { $0.queues() } }

  /// After how long a claim may find something.
  public func nextDue(in queue: String) async throws(StoreFailure) -> Duration? {
    let now = self.clock.now
    return self.table.withLock { $0.nextDue(in: queue, at: now) }
  }

  /// Makes a dead letter due again.
  public func replay(_ id: String) async throws(StoreFailure) -> QueueItem {
    let now = self.clock.now
    return try self.table.withLock { table throws(StoreFailure) in try table.replay(id, at: now) }
  }

  /// Removes an item for good.
  public func purge(_ id: String) async throws(StoreFailure) -> QueueItem {
    let now = self.clock.now
    return try self.table.withLock { table throws(StoreFailure) in try table.purge(id, at: now) }
  }

  /// Removes items of a queue in one state for good.
  @discardableResult
  public func purge(
    queue: String, state: QueueItem.State, limit: Int
  ) async throws(StoreFailure) -> Int {
    try self.table.withLock { table throws(StoreFailure) in try table.purge(queue, state, limit: limit) }
  }

  /// Forgets completed items whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    let now = self.clock.now
    return self.table.withLock { $0.removeExpired(limit: limit, at: now) }
  }
}
