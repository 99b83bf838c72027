internal import GRDB
public import ResilienceInterfaces

extension SQLiteControlStore: SettingStore {
  /// Saves decisions, removes others, and writes their audit lines, in one transaction.
  public func saveSettings(
    _ decisions: [SettingDecision], removing keys: [String], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    try await self.write { [auditLimit] database in
      for key in keys {
        try database.execute(sql: "DELETE FROM control_setting WHERE key = ?", arguments: [key])
      }
      for decision in decisions {
        try database.execute(
          sql: """
            INSERT INTO control_setting (key, text, reason, actor, since) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET text = excluded.text, reason = excluded.reason, actor = excluded.actor,
              since = excluded.since
            """,
          arguments: [decision.key, decision.text, decision.reason, decision.actor, decision.since])
      }
      for record in records { _ = try ControlSchema.append(record, keeping: auditLimit, to: database) }
    }
  }

  /// Every saved decision, sorted by key.
  public func loadSettings() async throws(ControlStoreFailure) -> [SettingDecision] {
    try await self.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM control_setting ORDER BY key").map { row in
        SettingDecision(
          key: try row.decode(String.self, forColumn: "key"), text: try row.decode(String.self, forColumn: "text"),
          reason: try row.decode(String.self, forColumn: "reason"),
          actor: try row.decode(String.self, forColumn: "actor"), since: try row.decode(Int64.self, forColumn: "since"))
      }
    }
  }
}

extension ControlSchema {
  /// The table of operators' settings.
  static func createSettings(_ database: Database) throws {
    try database.create(table: "control_setting") { table in
      table.primaryKey("key", .text)
      for name in ["text", "reason", "actor"] { table.column(name, .text).notNull() }
      table.column("since", .integer).notNull()
    }
  }
}
