internal import Foundation
internal import GRDB
internal import ResilienceInterfaces

/// The steps that change queues, inside of a transaction.
///
/// Of the items with the same ordering key at most one is the holder: waiting, claimed, or a dead letter that holds up
/// its key. All others are blocked, and the first of them by its turn is let go when the holder is gone; so a claim
/// never looks at what it may not take.
struct QueueWriting {
  let database: Database
  let now: Int64
  let store: String

  /// Written as the index `queue_item_holder` has it: only so SQLite can use it.
  private static let isHolder = "(state IN (0, 2) OR (state = 4 AND ordering = 'untilResolved'))"
  /// Between the turns of two items enqueued one after the other there is room for so many that fail.
  private static let turns: Int64 = 1 << 20

  // MARK: Enqueuing

  func enqueue(_ draft: QueueDraft, _ sequence: Int64, _ bound: QueueBound) throws -> QueueReceipt {
    if let known = try self.known(draft) { return QueueReceipt(item: known, isDuplicate: true, position: nil) }
    let counts = try Self.counts(of: draft.queue, self.database)
    let size = Int64(draft.payload.count + StoreRules.size(of: draft.metadata))
    guard bound.allows(items: counts.unfinished + 1, bytes: counts.bytes + size) else {
      throw bound.failure(queue: draft.queue, store: self.store, counts: counts)
    }
    var state = QueueItem.State.waiting
    if let key = draft.orderingKey, try self.isHeld(draft.queue, key) { state = .blocked }
    if draft.deadReason != nil { state = .dead }
    let note = StoreRules.note(draft.deadReason)
    let due = self.now + StoreRules.delay(draft.delay)
    let statement = try self.database.cachedStatement(
      sql: """
        INSERT INTO queue_item (sequence, id, queue, state, due, turn, attempts, claims, enqueued, size, ordering_key,
          ordering, idempotency_key, metadata, payload, note)
        VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      sequence, draft.id, draft.queue, QueueRow.number(state), due, sequence * Self.turns, self.now, size,
      draft.orderingKey, draft.ordering.rawValue, draft.idempotencyKey, try MetadataText.text(draft.metadata),
      Data(draft.payload), note,
    ])
    let item = QueueItem(
      id: draft.id, queue: draft.queue, sequence: sequence, state: state, payload: draft.payload,
      metadata: draft.metadata, orderingKey: draft.orderingKey, ordering: draft.ordering,
      idempotencyKey: draft.idempotencyKey, attempts: 0, enqueued: self.now, due: due, note: note)
    return QueueReceipt(item: item, isDuplicate: false, position: state == .dead ? nil : counts.pending + 1)
  }

  /// The item that a draft repeats; what is completed and over is removed on the way.
  private func known(_ draft: QueueDraft) throws -> QueueItem? {
    while true {
      var found = try QueueRow.find(id: draft.id, self.database)?.item
      if found == nil, let key = draft.idempotencyKey {
        found = try QueueRow.find(queue: draft.queue, idempotencyKey: key, self.database)?.item
      }
      guard let found, found.state == .completed, found.due <= self.now else { return found }
      try self.delete(found.sequence)
    }
  }

  private func isHeld(_ queue: String, _ key: String) throws -> Bool {
    let statement = try self.database.cachedStatement(
      // Named, because without statistics SQLite takes the index of the whole line for as good.
      sql: """
        SELECT 1 FROM queue_item INDEXED BY queue_item_holder
        WHERE queue = ? AND ordering_key = ? AND \(Self.isHolder) LIMIT 1
        """)
    return try Int.fetchOne(statement, arguments: [queue, key]) != nil
  }

  // MARK: Claiming

  func claim(from queue: String, limit: Int, until end: Int64, owner: String) throws -> [QueueClaim] {
    let sweep = try self.database.cachedStatement(
      sql: "UPDATE queue_item SET state = 0, note = ? WHERE queue = ? AND state = 2 AND due <= ?")
    try sweep.execute(arguments: [QueueItem.leaseEndedNote, queue, self.now])
    let rows = try QueueRow.fetch(
      self.database, where: "queue = ? AND state = 0 AND due <= ? ORDER BY due, sequence LIMIT ?",
      [queue, self.now, limit])
    let take = try self.database.cachedStatement(
      sql: """
        UPDATE queue_item SET state = 2, due = ?, attempts = attempts + 1, claims = claims + 1, owner = ?
        WHERE sequence = ?
        """)
    return try rows.map { row in
      try take.execute(arguments: [end, owner, row.item.sequence])
      return QueueClaim(item: row.item(.claimed, attempts: row.item.attempts + 1, due: end), token: row.claims + 1)
    }
  }

  // MARK: Settling

  func settle(_ settlement: QueueSettlement) throws -> Bool {
    guard let row = try QueueRow.find(id: settlement.id, self.database), row.claims == settlement.token else {
      return false
    }
    switch settlement.effect(on: row.item.state) {
    case .change: break
    case .repetition: return true
    case .none: return false
    }
    switch settlement.outcome {
    case .completed(let remember, let note): try self.complete(row.item, StoreRules.delay(remember), note)
    case .retry(let delay, let reason): try self.retry(row.item, after: delay, reason)
    case .release(let delay):
      try self.move(
        row.item, to: .waiting, due: self.now + StoreRules.delay(delay), note: row.item.note,
        attempts: max(0, row.item.attempts - 1))
    case .dead(let reason):
      try self.move(row.item, to: .dead, due: self.now, note: reason, attempts: row.item.attempts)
    }
    return true
  }

  private func complete(_ item: QueueItem, _ remember: Int64, _ note: String?) throws {
    if remember == 0 {
      try self.delete(item.sequence)
    } else {
      let statement = try self.database.cachedStatement(
        sql: """
          UPDATE queue_item SET state = 3, due = ?, note = ?, payload = x'', size = 0, owner = NULL WHERE sequence = ?
          """)
      try statement.execute(arguments: [self.now + remember, StoreRules.note(note), item.sequence])
    }
    try self.promote(item)
  }

  private func retry(_ item: QueueItem, after delay: Duration, _ reason: String) throws {
    let due = self.now + StoreRules.delay(delay)
    guard item.ordering == .whileRunning, let key = item.orderingKey else {
      try self.move(item, to: .waiting, due: due, note: reason, attempts: item.attempts)
      return
    }
    let statement = try self.database.cachedStatement(
      sql: """
        UPDATE queue_item SET turn = max(turn, coalesce((SELECT max(turn) FROM queue_item
          WHERE queue = ? AND ordering_key = ? AND state = 1), 0)) + 1 WHERE sequence = ?
        """)
    try statement.execute(arguments: [item.queue, key, item.sequence])
    try self.move(item, to: .blocked, due: due, note: reason, attempts: item.attempts)
  }

  private func move(
    _ item: QueueItem, to state: QueueItem.State, due: Int64, note: String?, attempts: Int
  ) throws {
    let statement = try self.database.cachedStatement(
      sql: "UPDATE queue_item SET state = ?, due = ?, note = ?, attempts = ?, owner = NULL WHERE sequence = ?")
    try statement.execute(arguments: [QueueRow.number(state), due, StoreRules.note(note), attempts, item.sequence])
    try self.promote(item)
  }

  private func promote(_ item: QueueItem) throws { try self.promote(item.queue, item.orderingKey) }

  /// Lets the next item of a line go, if nobody holds it.
  private func promote(_ queue: String, _ key: String?) throws {
    guard let key else { return }
    if try self.isHeld(queue, key) { return }
    let statement = try self.database.cachedStatement(
      sql: """
        UPDATE queue_item SET state = 0 WHERE sequence = (
          SELECT sequence FROM queue_item WHERE queue = ? AND ordering_key = ? AND state = 1 ORDER BY turn LIMIT 1)
        """)
    try statement.execute(arguments: [queue, key])
  }

  private func delete(_ sequence: Int64) throws {
    let statement = try self.database.cachedStatement(sql: "DELETE FROM queue_item WHERE sequence = ?")
    try statement.execute(arguments: [sequence])
  }

  // MARK: Operators

  func replay(_ id: String) throws -> QueueItem {
    let item = try self.known(id)
    guard item.state == .dead else { throw item.refusal(of: "replayed", store: self.store) }
    var state = QueueItem.State.waiting
    // A dead letter that holds up its key is itself the holder.
    if let key = item.orderingKey, item.ordering != .untilResolved, try self.isHeld(item.queue, key) {
      state = .blocked
    }
    let statement = try self.database.cachedStatement(
      sql: "UPDATE queue_item SET state = ?, due = ?, attempts = 0, claims = claims + 1 WHERE sequence = ?")
    try statement.execute(arguments: [QueueRow.number(state), self.now, item.sequence])
    return try QueueRow.find(id: id, self.database)?.item ?? item
  }

  func purge(_ id: String) throws -> QueueItem {
    let item = try self.known(id)
    if item.state == .claimed && item.due > self.now { throw item.refusal(of: "purged", store: self.store) }
    try self.delete(item.sequence)
    try self.promote(item)
    return item
  }

  func purge(_ queue: String, _ state: QueueItem.State, limit: Int) throws -> Int {
    // Not the items themselves, whose payloads would all be in memory.
    let statement = try self.database.cachedStatement(
      sql: """
        SELECT sequence, ordering_key FROM queue_item WHERE sequence IN (
          SELECT sequence FROM queue_item WHERE queue = ? AND state = ? ORDER BY sequence LIMIT ?) ORDER BY sequence
        """)
    let rows = try Row.fetchAll(statement, arguments: [queue, QueueRow.number(state), limit])
    for row in rows {
      try self.delete(try row.decode(Int64.self, forColumn: "sequence"))
      try self.promote(queue, try row.decode(String?.self, forColumn: "ordering_key"))
    }
    return rows.count
  }

  private func known(_ id: String) throws -> QueueItem {
    guard let item = try QueueRow.find(id: id, self.database)?.item,
      item.state != .completed || item.due > self.now
    else { throw QueueItem.unknown(id, store: self.store) }
    return item
  }

  // MARK: Counting

  static func counts(of queue: String, _ database: Database) throws -> QueueCounts {
    let statement = try database.cachedStatement(sql: "SELECT state, items, bytes FROM queue_count WHERE queue = ?")
    var counts = QueueCounts()
    for row in try Row.fetchAll(statement, arguments: [queue]) {
      let number: Int = row[0]
      guard let state = QueueItem.State.allCases.first(where: { QueueRow.number($0) == number }) else { continue }
      counts[state] = row[1]
      counts.bytes += row[2]
    }
    return counts
  }
}
