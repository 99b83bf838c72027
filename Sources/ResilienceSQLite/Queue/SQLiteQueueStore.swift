internal import GRDB
internal import Resilience
public import ResilienceInterfaces

/// Keeps queues in a SQLite file; the default of a single instance.
///
/// What has returned is on the disk. Many that enqueue, claim or settle at once share one synchronisation of the disk.
public final class SQLiteQueueStore: QueueStore {
  let database: SQLiteDatabase
  private let presence = Lock<QueuePresence?>(nil)

  /// Makes the store of a file.
  public init(_ database: SQLiteDatabase) { self.database = database }

  var name: String { self.database.path }

  /// Ends the claims that processes which are gone have left, unless another process is there that may have made them.
  ///
  /// So that what a crash has interrupted is due at once, and not when its claim would have ended. Call it before the
  /// first claim, in every process that claims from the file: from then on, until the store is deallocated or the
  /// process has ended, however it ends, the others know of this one. It waits while another one does the same.
  /// - Returns: How many claims have ended; 0 as well where another process is there.
  /// - Throws: Also when the file beside the database by which instances know of each other cannot be written.
  public func endAbandonedClaims() async throws(StoreFailure) -> Int {
    let presence = try QueuePresence(database: self.database.path)
    var ended = 0
    if try presence.isAlone() {
      ended = try await self.database.write { database, now in
        try database.execute(
          sql: "UPDATE queue_item SET due = ? WHERE state = 2 AND due > ?", arguments: [now, now])
        return database.changesCount
      }
    }
    try await presence.join(on: self.database.runtime)
    self.presence.withLock { $0 = presence }
    return ended
  }

  /// Puts items into queues, all of them or none.
  public func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    for draft in drafts { try StoreRules.check(draft, store: self.name) }
    if drafts.isEmpty { return [] }
    let name = self.name
    return try await self.database.write { database, now in
      let last = try StoreSchema.next("queue", by: Int64(drafts.count), database)
      return try drafts.enumerated().map { index, draft in
        let sequence = last - Int64(drafts.count - 1 - index)
        return try QueueWriting(database: database, now: now, store: name).enqueue(draft, sequence, bound)
      }
    }
  }

  /// Takes items that are due.
  public func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim] {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: self.name)
    if limit < 1 { return [] }
    let name = self.name
    return try await self.database.write { database, now in
      try QueueWriting(database: database, now: now, store: name)
        .claim(from: queue, limit: limit, until: now + length, owner: owner)
    }
  }

  /// Lengthens a claim.
  public func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: self.name)
    let name = self.name
    return try await self.database.write { database, now in
      let statement = try database.cachedStatement(
        sql: "UPDATE queue_item SET due = ? WHERE id = ? AND claims = ? AND state = 2 AND due > ? RETURNING *")
      let row = try Row.fetchAll(statement, arguments: [now + length, claim.item.id, claim.token, now]).first
      guard let row else { throw claim.lost(store: name) }
      return QueueClaim(item: try QueueRow(row).item, token: claim.token)
    }
  }

  /// Settles claims.
  public func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool] {
    if settlements.isEmpty { return [] }
    let name = self.name
    return try await self.database.write { database, now in
      let writing = QueueWriting(database: database, now: now, store: name)
      return try settlements.map { try writing.settle($0) }
    }
  }

  /// An item by its id.
  public func item(withID id: String) async throws(StoreFailure) -> QueueItem? {
    let clock = self.database.clock
    return try await self.database.read { database in
      let item = try QueueRow.find(id: id, database)?.item
      return item.flatMap { $0.state == .completed && $0.due <= clock.now ? nil : $0 }
    }
  }

  /// The item that an idempotency key stands for.
  public func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    let clock = self.database.clock
    return try await self.database.read { database in
      let item = try QueueRow.find(queue: queue, idempotencyKey: key, database)?.item
      return item.flatMap { $0.state == .completed && $0.due <= clock.now ? nil : $0 }
    }
  }

  /// An item's place in its queue.
  public func position(ofItem id: String) async throws(StoreFailure) -> Int? {
    try await self.database.read { database in
      guard let item = try QueueRow.find(id: id, database)?.item, item.state != .completed, item.state != .dead else {
        return nil
      }
      return try Int.fetchOne(
        database,
        sql: "SELECT count(*) FROM queue_item WHERE queue = ? AND state IN (0, 1, 2) AND sequence <= ?",
        arguments: [item.queue, item.sequence])
    }
  }

  /// Items of a queue in one state.
  public func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    let clock = self.database.clock
    let forgotten = state == .completed ? clock.now : .min
    return try await self.database.read { database in
      try QueueRow.fetch(
        database, where: "queue = ? AND state = ? AND sequence > ? AND due > ? ORDER BY sequence LIMIT ?",
        [queue, QueueRow.number(state), sequence, forgotten, max(0, limit)]
      ).map(\.item)
    }
  }

  /// How much a queue holds.
  public func counts(of queue: String) async throws(StoreFailure) -> QueueCounts {
    try await self.database.read { database in
      var counts = try QueueWriting.counts(of: queue, database)
      counts.oldestDue = try Int64.fetchOne(
        database, sql: "SELECT min(due) FROM queue_item WHERE queue = ? AND state = 0", arguments: [queue])
      return counts
    }
  }

  /// The names of the queues that hold anything.
  public func queues() async throws(StoreFailure) -> [String] {
    try await self.database.read { database in
      try String.fetchAll(database, sql: "SELECT DISTINCT queue FROM queue_count WHERE items > 0 ORDER BY queue")
    }
  }

  /// After how long a claim may find something.
  public func nextDue(in queue: String) async throws(StoreFailure) -> Duration? {
    let clock = self.database.clock
    return try await self.database.read { database in
      let sql = "SELECT min(due) FROM queue_item WHERE queue = ? AND state = ?"
      let instants = try [0, 2].compactMap { try Int64.fetchOne(database, sql: sql, arguments: [queue, $0]) }
      return instants.min().map { .milliseconds(max(0, $0 - clock.now)) }
    }
  }

  /// Makes a dead letter due again.
  public func replay(_ id: String) async throws(StoreFailure) -> QueueItem {
    let name = self.name
    return try await self.database.write { database, now in
      try QueueWriting(database: database, now: now, store: name).replay(id)
    }
  }

  /// Removes an item for good.
  public func purge(_ id: String) async throws(StoreFailure) -> QueueItem {
    let name = self.name
    return try await self.database.write { database, now in
      try QueueWriting(database: database, now: now, store: name).purge(id)
    }
  }

  /// Removes items of a queue in one state for good, in writes of at most 500, between which others write.
  @discardableResult
  public func purge(
    queue: String, state: QueueItem.State, limit: Int
  ) async throws(StoreFailure) -> Int {
    guard state != .claimed else { throw QueueItem.claimedCannotBePurged(queue: queue, store: self.name) }
    let name = self.name
    var count = 0
    while count < limit {
      let size = min(limit - count, 500)
      let removed = try await self.database.write { database, now in
        try QueueWriting(database: database, now: now, store: name).purge(queue, state, limit: size)
      }
      count += removed
      if removed < size { break }
    }
    return count
  }

  /// Forgets completed items whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.database.write { database, now in
      try database.execute(
        sql: """
          DELETE FROM queue_item WHERE sequence IN (
            SELECT sequence FROM queue_item WHERE state = 3 AND due <= ? ORDER BY due LIMIT ?)
          """, arguments: [now, max(0, limit)])
      return database.changesCount
    }
  }
}
