internal import GRDB
internal import ResilienceInterfaces

/// A row of `queue_item`, and how it becomes an item.
struct QueueRow {
  /// How states are written; never change a number.
  static func number(_ state: QueueItem.State) -> Int {
    switch state {
    case .waiting: 0
    case .blocked: 1
    case .claimed: 2
    case .completed: 3
    case .dead: 4
    }
  }

  let item: QueueItem
  let claims: Int64
  let turn: Int64

  init(_ row: Row) throws {
    let state = try row.decode(Int.self, forColumn: "state")
    let ordering = try row.decode(String.self, forColumn: "ordering")
    guard let state = QueueItem.State.allCases.first(where: { Self.number($0) == state }),
      let ordering = QueueOrdering(rawValue: ordering)
    else { throw SQLiteTrouble.unreadable("an item has the state \(state) and the ordering '\(ordering)'") }
    self.item = QueueItem(
      id: try row.decode(String.self, forColumn: "id"), queue: try row.decode(String.self, forColumn: "queue"),
      sequence: try row.decode(Int64.self, forColumn: "sequence"), state: state,
      payload: try row.bytes("payload"),
      metadata: try MetadataText.metadata(try row.decode(String.self, forColumn: "metadata")),
      orderingKey: try row.decode(String?.self, forColumn: "ordering_key"), ordering: ordering,
      idempotencyKey: try row.decode(String?.self, forColumn: "idempotency_key"),
      attempts: try row.decode(Int.self, forColumn: "attempts"),
      enqueued: try row.decode(Int64.self, forColumn: "enqueued"), due: try row.decode(Int64.self, forColumn: "due"),
      note: try row.decode(String?.self, forColumn: "note"))
    self.claims = try row.decode(Int64.self, forColumn: "claims")
    self.turn = try row.decode(Int64.self, forColumn: "turn")
  }

  /// The item in another state.
  func item(_ state: QueueItem.State, attempts: Int, due: Int64) -> QueueItem {
    QueueItem(
      id: self.item.id, queue: self.item.queue, sequence: self.item.sequence, state: state, payload: self.item.payload,
      metadata: self.item.metadata, orderingKey: self.item.orderingKey, ordering: self.item.ordering,
      idempotencyKey: self.item.idempotencyKey, attempts: attempts, enqueued: self.item.enqueued, due: due,
      note: self.item.note)
  }

  static func fetch(_ database: Database, where condition: String, _ arguments: StatementArguments) throws -> [QueueRow]
  {
    let statement = try database.cachedStatement(sql: "SELECT * FROM queue_item WHERE \(condition)")
    return try Row.fetchAll(statement, arguments: arguments).map(QueueRow.init)
  }

  static func find(id: String, _ database: Database) throws -> QueueRow? {
    try self.fetch(database, where: "id = ?", [id]).first
  }

  static func find(queue: String, idempotencyKey key: String, _ database: Database) throws -> QueueRow? {
    try self.fetch(database, where: "queue = ? AND idempotency_key = ?", [queue, key]).first
  }
}
