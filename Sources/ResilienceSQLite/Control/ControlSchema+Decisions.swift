internal import GRDB
internal import ResilienceInterfaces

/// The tables of people's decisions, and of requests that wait for one.
extension ControlSchema {
  static func createDecisions(_ database: Database) throws {
    try database.create(table: "control_decision") { table in
      table.column("kind", .text).notNull()
      table.column("name", .text).notNull()
      table.column("body", .text).notNull()
      table.primaryKey(["kind", "name"])
    }
    try database.create(table: "control_review") { table in
      table.primaryKey("id", .text)
      for name in ["dependency", "method", "path", "body", "cause", "state"] { table.column(name, .text).notNull() }
      for name in ["contentType", "correlationID", "actor", "outcome"] { table.column(name, .text) }
      table.column("receivedAt", .integer).notNull()
      table.column("changedAt", .integer)
    }
    try database.create(index: "control_review_state", on: "control_review", columns: ["state", "receivedAt"])
  }

  /// Writes a record, in place of the one with the same id.
  static func put(_ item: ReviewItem, into database: Database) throws {
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO control_review
        (id, dependency, method, path, contentType, body, receivedAt, cause, correlationID, state, actor, changedAt,
        outcome)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        item.id, item.dependency, item.method, item.path, item.contentType, item.body, item.receivedAt, item.cause,
        item.correlationID, item.state.rawValue, item.actor, item.changedAt, item.outcome,
      ])
  }

  /// The record in a row.
  static func review(_ row: Row) throws -> ReviewItem {
    let id = try row.decode(String.self, forColumn: "id")
    let text = try row.decode(String.self, forColumn: "state")
    guard let state = ReviewItem.State(rawValue: text) else {
      throw StorageTrouble.unreadable("the request for review '\(id)' has the unknown state '\(text)'")
    }
    return ReviewItem(
      id: id, dependency: try row.decode(String.self, forColumn: "dependency"),
      method: try row.decode(String.self, forColumn: "method"), path: try row.decode(String.self, forColumn: "path"),
      contentType: try row.decode(String?.self, forColumn: "contentType"),
      body: try row.decode(String.self, forColumn: "body"),
      receivedAt: try row.decode(Int64.self, forColumn: "receivedAt"),
      cause: try row.decode(String.self, forColumn: "cause"),
      correlationID: try row.decode(String?.self, forColumn: "correlationID"), state: state,
      actor: try row.decode(String?.self, forColumn: "actor"),
      changedAt: try row.decode(Int64?.self, forColumn: "changedAt"),
      outcome: try row.decode(String?.self, forColumn: "outcome"))
  }
}
