internal import GRDB
public import ResilienceInterfaces

extension SQLiteControlStore {
  /// Saves a decision and its audit line in one transaction.
  @discardableResult
  public func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let limit = self.auditLimit
    return try await self.write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO control_decision (kind, name, body) VALUES (?, ?, ?)",
        arguments: [decision.kind, decision.name, decision.body])
      return try ControlSchema.append(record, keeping: limit, to: database)
    }
  }

  /// Removes a decision and writes the audit line in one transaction.
  @discardableResult
  public func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let limit = self.auditLimit
    return try await self.write { database in
      try database.execute(
        sql: "DELETE FROM control_decision WHERE kind = ? AND name = ?", arguments: [kind, name])
      return try ControlSchema.append(record, keeping: limit, to: database)
    }
  }

  /// Every decision of a kind, sorted by name.
  public func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision] {
    try await self.read { database in
      try Row.fetchAll(
        database, sql: "SELECT name, body FROM control_decision WHERE kind = ? ORDER BY name", arguments: [kind]
      ).map { row in
        ControlDecision(
          kind: kind, name: try row.decode(String.self, forColumn: "name"),
          body: try row.decode(String.self, forColumn: "body"))
      }
    }
  }
}
