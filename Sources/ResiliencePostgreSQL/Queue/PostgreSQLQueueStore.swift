public import ResilienceInterfaces

/// Keeps queues in a PostgreSQL, shared by all instances that use the same schema.
///
/// Every step is a function on the server and one round trip. Claims pass over what others claim (`SKIP LOCKED`);
/// order per key holds all the same, because of the items of a key only one can be claimed at all. Delays and claims
/// count by the server's clock. What one process enqueues, the others' drains hear of by `NOTIFY`.
/// Cost: O(log n) on the server; ``counts(of:)`` besides the number of claimed items.
public final class PostgreSQLQueueStore: QueueStore {
  let database: PostgreSQLDatabase

  /// Makes the store of a schema.
  public init(_ database: PostgreSQLDatabase) { self.database = database }

  var name: String { self.database.location }

  /// Puts items into queues, all of them or none.
  public func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    for draft in drafts { try StoreRules.check(draft, store: self.name) }
    if drafts.isEmpty { return [] }
    let query = PostgreSQLQuery(
      """
      SELECT f.outcome, f.number1, f.number2, f.number3, \(QueueRow.ofItem)
      FROM enqueue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) f
      """,
      [
        .texts(drafts.map(\.id)), .texts(drafts.map(\.queue)), .byteArrays(drafts.map(\.payload)),
        .texts(drafts.map { MetadataText.text($0.metadata) }), .texts(drafts.map(\.orderingKey)),
        .texts(drafts.map(\.ordering.rawValue)), .texts(drafts.map(\.idempotencyKey)),
        .integers(drafts.map { StoreRules.delay($0.delay) }), .texts(drafts.map { StoreRules.note($0.deadReason) }),
        .integers(drafts.map { Int64($0.payload.count + StoreRules.size(of: $0.metadata)) }),
        .integer(Int64(bound.items)), .integer(bound.bytes),
      ])
    let name = self.name
    let answer: Result<[QueueReceipt], StoreFailure> = try await self.database.write(
      query, queues: drafts.map(\.queue)
    ) { rows throws(PostgreSQLTrouble) in
      if let last = rows.last, try last.text(0) == "full", rows.count <= drafts.count {
        let counts = QueueCounts(
          waiting: Int(try last.integer(1)), dead: Int(try last.integer(2)), bytes: try last.integer(3))
        return .failure(bound.failure(queue: drafts[rows.count - 1].queue, store: name, counts: counts))
      }
      guard rows.count == drafts.count else { throw .unreadable("\(rows.count) receipts for \(drafts.count) items") }
      var receipts: [QueueReceipt] = []
      for (draft, row) in zip(drafts, rows) { receipts.append(try Self.receipt(draft, row)) }
      return .success(receipts)
    }
    return try answer.get()
  }

  private static func receipt(_ draft: QueueDraft, _ row: PostgreSQLRow) throws(PostgreSQLTrouble) -> QueueReceipt {
    let stored = try QueueRow(row, at: 4).item
    if try row.text(0) == "known" { return QueueReceipt(item: stored, isDuplicate: true, position: nil) }
    // What the caller has sent does not come back to him.
    let item = QueueItem(
      id: stored.id, queue: stored.queue, sequence: stored.sequence, state: stored.state, payload: draft.payload,
      metadata: draft.metadata, orderingKey: stored.orderingKey, ordering: stored.ordering,
      idempotencyKey: stored.idempotencyKey, attempts: 0, enqueued: stored.enqueued, due: stored.due, note: stored.note)
    return QueueReceipt(
      item: item, isDuplicate: false, position: stored.state == .dead ? nil : Int(try row.integer(1)))
  }

  /// Takes items that are due.
  public func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim] {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: self.name)
    if limit < 1 { return [] }
    let query = PostgreSQLQuery(
      "SELECT \(QueueRow.columns) FROM claim($1, $2, $3, $4, $5)",
      [
        .text(queue), .integer(Int64(limit)), .integer(length), .text(StoreRules.note(owner)),
        .text(QueueItem.leaseEndedNote),
      ])
    return try await self.database.change(query) { rows throws(PostgreSQLTrouble) in
      var claims: [QueueClaim] = []
      for row in rows {
        let row = try QueueRow(row)
        claims.append(QueueClaim(item: row.item, token: row.claims))
      }
      return claims
    }
  }

  /// Lengthens a claim.
  public func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: self.name)
    let query = PostgreSQLQuery(
      """
      UPDATE queue_item SET due = store_now() + $3 WHERE id = $1 AND claims = $2 AND state = 2 AND due > store_now()
      RETURNING \(QueueRow.columns)
      """, [.text(claim.item.id), .integer(claim.token), .integer(length)])
    let item = try await self.database.change(query) { rows throws(PostgreSQLTrouble) in try QueueRow.items(rows).first
    }
    guard let item else { throw claim.lost(store: self.name) }
    return QueueClaim(item: item, token: claim.token)
  }

  /// Settles claims.
  public func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool] {
    if settlements.isEmpty { return [] }
    let outcomes = settlements.map { Self.parameters($0.outcome) }
    let query = PostgreSQLQuery(
      "SELECT settle($1, $2, $3, $4, $5)",
      [
        .texts(settlements.map(\.id)), .integers(settlements.map(\.token)), .integers(outcomes.map(\.kind)),
        .integers(outcomes.map(\.delay)), .texts(outcomes.map(\.note)),
      ])
    return try await self.database.write(query, items: settlements.map(\.id)) { rows throws(PostgreSQLTrouble) in
      var answers: [Bool] = []
      for row in rows { answers.append(try row.boolean(0)) }
      return answers
    }
  }

  private static func parameters(_ outcome: QueueSettlement.Outcome) -> (kind: Int64, delay: Int64, note: String?) {
    switch outcome {
    case .completed(let remember, let note): (0, StoreRules.delay(remember), StoreRules.note(note))
    case .retry(let delay, let reason): (1, StoreRules.delay(delay), StoreRules.note(reason))
    case .release(let delay): (2, StoreRules.delay(delay), nil)
    case .dead(let reason): (3, 0, StoreRules.note(reason))
    }
  }

  /// Tells when another process may have enqueued something, by `NOTIFY`.
  public func hints(for queue: String) -> AsyncStream<Void>? { self.database.hints(for: queue) }
}
