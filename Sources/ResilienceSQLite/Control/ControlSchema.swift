internal import GRDB
internal import ResilienceInterfaces

/// The tables of the control store, and how their rows become values.
enum ControlSchema {
  /// Migrations carry this prefix, so that other stores can keep theirs in the same file.
  private static let prefix = "control-"

  /// Brings the tables up to date; refuses a file that a newer version has changed.
  static func migrate(_ database: DatabaseQueue) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(self.prefix + "1", migrate: self.createTables)
    let known = Set(migrator.migrations)
    let applied = try database.read { try migrator.appliedIdentifiers($0) }
    if let unknown = applied.first(where: { $0.hasPrefix(self.prefix) && !known.contains($0) }) {
      throw StorageTrouble.tooNew(migration: unknown)
    }
    try migrator.migrate(database)
  }

  private static func createTables(_ database: Database) throws {
    try database.create(table: "control_override") { table in
      table.primaryKey("breaker", .text)
      table.column("state", .text).notNull()
      table.column("reason", .text).notNull()
      table.column("actor", .text).notNull()
      table.column("since", .integer).notNull()
      table.column("expires", .integer)
    }
    try database.create(table: "control_audit") { table in
      table.autoIncrementedPrimaryKey("id")
      table.column("at", .integer).notNull()
      for name in ["actor", "action", "subject", "reason", "before", "after"] {
        table.column(name, .text).notNull()
      }
    }
  }

  /// Writes an audit line and drops those that are too old to keep.
  static func append(_ record: AuditRecord, keeping limit: Int, to database: Database) throws -> AuditEntry {
    try database.execute(
      sql: """
        INSERT INTO control_audit (at, actor, action, subject, reason, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        record.at, record.actor, record.action, record.subject, record.reason, record.before, record.after,
      ])
    let id = database.lastInsertedRowID
    try database.execute(sql: "DELETE FROM control_audit WHERE id <= ?", arguments: [id - Int64(limit)])
    return AuditEntry(id: id, record: record)
  }

  /// The override in a row.
  static func override(_ row: Row) throws -> BreakerOverride {
    let breaker = try row.decode(String.self, forColumn: "breaker")
    let text = try row.decode(String.self, forColumn: "state")
    guard let state = BreakerOverride.State(rawValue: text) else {
      throw StorageTrouble.unreadable("the override of '\(breaker)' has the unknown state '\(text)'")
    }
    return BreakerOverride(
      breaker: breaker, state: state, reason: try row.decode(String.self, forColumn: "reason"),
      actor: try row.decode(String.self, forColumn: "actor"), since: try row.decode(Int64.self, forColumn: "since"),
      expires: try row.decode(Int64?.self, forColumn: "expires"))
  }

  /// The audit line in a row.
  static func entry(_ row: Row) throws -> AuditEntry {
    AuditEntry(
      id: try row.decode(Int64.self, forColumn: "id"),
      record: AuditRecord(
        at: try row.decode(Int64.self, forColumn: "at"), actor: try row.decode(String.self, forColumn: "actor"),
        action: try row.decode(String.self, forColumn: "action"),
        subject: try row.decode(String.self, forColumn: "subject"),
        reason: try row.decode(String.self, forColumn: "reason"),
        before: try row.decode(String.self, forColumn: "before"),
        after: try row.decode(String.self, forColumn: "after")))
  }
}
