internal import ResilienceInterfaces

/// A row of `queue_item`, and how it becomes an item.
struct QueueRow {
  /// The columns that an item is made of, in the order in which they are read.
  static let names = [
    "sequence", "id", "queue", "state", "due", "claims", "attempts", "enqueued", "ordering_key", "ordering",
    "idempotency_key", "note", "metadata", "payload",
  ]
  static let columns = Self.names.joined(separator: ", ")

  /// The columns of a function's answer in which a whole row is one column.
  static let ofItem = Self.names.map { "(f.item).\($0)" }.joined(separator: ", ")

  /// How states are written; never change a number.
  static func number(_ state: QueueItem.State) -> Int64 {
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

  /// Reads a row whose item begins at a column.
  init(_ row: PostgreSQLRow, at first: Int = 0) throws(PostgreSQLTrouble) {
    let number = try row.integer(first + 3)
    let text = try row.text(first + 9)
    guard let state = QueueItem.State.allCases.first(where: { Self.number($0) == number }),
      let ordering = QueueOrdering(rawValue: text)
    else { throw .unreadable("an item has the state \(number) and the ordering '\(text)'") }
    self.item = QueueItem(
      id: try row.text(first + 1), queue: try row.text(first + 2), sequence: try row.integer(first), state: state,
      payload: try row.bytes(first + 13), metadata: try MetadataText.metadata(try row.bytes(first + 12)),
      orderingKey: try row.optionalText(first + 8), ordering: ordering,
      idempotencyKey: try row.optionalText(first + 10), attempts: Int(try row.integer(first + 6)),
      enqueued: try row.integer(first + 7), due: try row.integer(first + 4), note: try row.optionalText(first + 11))
    self.claims = try row.integer(first + 5)
  }

  static func items(_ rows: [PostgreSQLRow]) throws(PostgreSQLTrouble) -> [QueueItem] {
    var items: [QueueItem] = []
    for row in rows { items.append(try QueueRow(row).item) }
    return items
  }
}
