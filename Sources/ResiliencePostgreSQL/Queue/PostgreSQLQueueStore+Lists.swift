public import ResilienceInterfaces

extension PostgreSQLQueueStore {
  /// An item by its id.
  public func item(withID id: String) async throws(StoreFailure) -> QueueItem? {
    try await self.database.read(
      PostgreSQLQuery(
        "SELECT \(QueueRow.columns) FROM queue_item WHERE id = $1 AND (state <> 3 OR due > store_now())", [.text(id)])
    ) { rows throws(PostgreSQLTrouble) in try QueueRow.items(rows).first }
  }

  /// The item that an idempotency key stands for.
  public func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    try await self.database.read(
      PostgreSQLQuery(
        """
        SELECT \(QueueRow.columns) FROM queue_item WHERE queue = $1 AND idempotency_key = $2
        AND (state <> 3 OR due > store_now())
        """, [.text(queue), .text(key)])
    ) { rows throws(PostgreSQLTrouble) in try QueueRow.items(rows).first }
  }

  /// An item's place in its queue.
  public func position(ofItem id: String) async throws(StoreFailure) -> Int? {
    try await self.database.read(
      PostgreSQLQuery(
        """
        SELECT (SELECT count(*) FROM queue_item q WHERE q.queue = i.queue AND q.state IN (0, 1, 2)
          AND q.sequence <= i.sequence) FROM queue_item i WHERE i.id = $1 AND i.state NOT IN (3, 4)
        """, [.text(id)])
    ) { rows throws(PostgreSQLTrouble) in
      try rows.first.map { row throws(PostgreSQLTrouble) in Int(try row.integer(0)) }
    }
  }

  /// Items of a queue in one state.
  public func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    try await self.database.read(
      PostgreSQLQuery(
        """
        SELECT \(QueueRow.columns) FROM queue_item WHERE queue = $1 AND state = $2 AND sequence > $3
        AND (state <> 3 OR due > store_now()) ORDER BY sequence LIMIT $4
        """, [.text(queue), .integer(QueueRow.number(state)), .integer(sequence), .integer(Int64(max(0, limit)))])
    ) { rows throws(PostgreSQLTrouble) in try QueueRow.items(rows) }
  }

  /// How much a queue holds.
  public func counts(of queue: String) async throws(StoreFailure) -> QueueCounts {
    let query = PostgreSQLQuery(
      """
      SELECT
        coalesce(sum(items) FILTER (WHERE kind = 0), 0)::bigint,
        coalesce(sum(items) FILTER (WHERE kind = 1), 0)::bigint,
        coalesce(sum(items) FILTER (WHERE kind = 4), 0)::bigint,
        coalesce(sum(items) FILTER (WHERE kind = 3), 0)::bigint,
        coalesce(sum(bytes), 0)::bigint, (SELECT count(*) FROM queue_item WHERE queue = $1 AND state = 2),
        (SELECT min(due) FROM queue_item WHERE queue = $1 AND state = 0)
      FROM queue_count WHERE queue = $1
      """, [.text(queue)])
    return try await self.database.read(query) { rows throws(PostgreSQLTrouble) in
      guard let row = rows.first else { return QueueCounts() }
      let claimed = try row.integer(5)
      return QueueCounts(
        waiting: Int(try row.integer(0) - claimed), blocked: Int(try row.integer(1)), claimed: Int(claimed),
        dead: Int(try row.integer(2)), completed: Int(try row.integer(3)), bytes: try row.integer(4),
        oldestDue: try row.optionalInteger(6))
    }
  }

  /// The names of the queues that hold anything.
  public func queues() async throws(StoreFailure) -> [String] {
    try await self.database.read(
      PostgreSQLQuery("SELECT DISTINCT queue FROM queue_count WHERE items > 0 ORDER BY queue")
    ) { rows throws(PostgreSQLTrouble) in
      var names: [String] = []
      for row in rows { names.append(try row.text(0)) }
      return names
    }
  }

  /// After how long a claim may find something.
  public func nextDue(in queue: String) async throws(StoreFailure) -> Duration? {
    try await self.database.read(
      PostgreSQLQuery(
        """
        SELECT least((SELECT min(due) FROM queue_item WHERE queue = $1 AND state = 0),
          (SELECT min(due) FROM queue_item WHERE queue = $1 AND state = 2)) - store_now()
        """, [.text(queue)])
    ) { rows throws(PostgreSQLTrouble) in
      guard let length = try rows.first?.optionalInteger(0) else { return nil }
      return .milliseconds(max(0, length))
    }
  }

  /// Makes a dead letter due again.
  public func replay(_ id: String) async throws(StoreFailure) -> QueueItem {
    try await self.operate("replay", "replayed", id)
  }

  /// Removes an item for good.
  public func purge(_ id: String) async throws(StoreFailure) -> QueueItem {
    try await self.operate("purge", "purged", id)
  }

  private func operate(_ function: String, _ done: String, _ id: String) async throws(StoreFailure) -> QueueItem {
    let query = PostgreSQLQuery("SELECT f.outcome, \(QueueRow.ofItem) FROM \(function)($1) f", [.text(id)])
    let (outcome, item): (String, QueueItem?) = try await self.database.write(query, items: [id]) {
      rows throws(PostgreSQLTrouble) in
      guard let row = rows.first else { throw .unreadable("no answer of \(function)") }
      let outcome = try row.text(0)
      return (outcome, outcome == "none" ? nil : try QueueRow(row, at: 1).item)
    }
    guard let item else { throw QueueItem.unknown(id, store: self.name) }
    if outcome != "done" { throw item.refusal(of: done, store: self.name) }
    return item
  }

  /// Removes items of a queue in one state for good, in transactions of at most 500, between which others have the
  /// queue's lock.
  @discardableResult
  public func purge(
    queue: String, state: QueueItem.State, limit: Int
  ) async throws(StoreFailure) -> Int {
    guard state != .claimed else { throw QueueItem.claimedCannotBePurged(queue: queue, store: self.name) }
    var count = 0
    while count < limit {
      let size = min(limit - count, 500)
      let query = PostgreSQLQuery(
        "SELECT purge_all($1, $2, $3)", [.text(queue), .integer(QueueRow.number(state)), .integer(Int64(size))])
      let removed: Int = try await self.database.write(query, queues: [queue]) { rows throws(PostgreSQLTrouble) in
        Int(try rows.first?.integer(0) ?? 0)
      }
      count += removed
      if removed < size { break }
    }
    return count
  }

  /// Forgets completed items whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    let number = PostgreSQLValue.integer(Int64(max(0, limit)))
    // Whoever changes how much a queue holds has its lock; so two that do this cannot wait for each other.
    let found = PostgreSQLQuery(
      """
      SELECT DISTINCT e.queue FROM (SELECT queue FROM queue_item WHERE state = 3 AND due <= store_now()
      ORDER BY due LIMIT $1) e
      """, [number])
    let queues: [String] = try await self.database.read(found) { rows throws(PostgreSQLTrouble) in
      var names: [String] = []
      for row in rows { names.append(try row.text(0)) }
      return names
    }
    if queues.isEmpty { return 0 }
    let query = PostgreSQLQuery(
      """
      DELETE FROM queue_item WHERE sequence IN (SELECT sequence FROM queue_item WHERE state = 3 AND due <= store_now()
      AND queue = ANY($2) ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING sequence
      """, [number, .texts(queues)])
    return try await self.database.write(query, queues: queues) { $0.count }
  }
}
