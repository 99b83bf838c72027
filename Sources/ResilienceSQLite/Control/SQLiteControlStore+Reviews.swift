internal import GRDB
public import ResilienceInterfaces

extension SQLiteControlStore: ReviewStore {
  /// Records a request, unless too many wait already.
  public func addReview(_ item: ReviewItem, unlessPending limit: Int) async throws(ControlStoreFailure) -> Bool {
    try await self.write { database in
      let waiting = try Int.fetchOne(
        database, sql: "SELECT COUNT(*) FROM control_review WHERE state IN ('pending', 'sending')")
      guard waiting ?? 0 < limit else { return false }
      try ControlSchema.put(item, into: database)
      try database.execute(
        sql: """
          DELETE FROM control_review WHERE id IN (SELECT id FROM control_review
          WHERE state IN ('approved', 'discarded') ORDER BY receivedAt DESC LIMIT -1 OFFSET ?)
          """, arguments: [ReviewItem.keptDecided])
      return true
    }
  }

  /// The records, newest first.
  public func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlStoreFailure) -> [ReviewItem] {
    let filter = state == nil ? "" : "WHERE state = ?"
    let arguments: StatementArguments = state.map { [$0.rawValue, max(0, limit)] } ?? [max(0, limit)]
    return try await self.read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM control_review \(filter) ORDER BY receivedAt DESC, id DESC LIMIT ?",
        arguments: arguments
      ).map(ControlSchema.review)
    }
  }

  /// One record.
  public func review(_ id: String) async throws(ControlStoreFailure) -> ReviewItem? {
    try await self.read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM control_review WHERE id = ?", arguments: [id])
        .map(ControlSchema.review)
    }
  }

  /// Replaces a record and writes the audit line in one transaction.
  @discardableResult
  public func saveReview(
    _ item: ReviewItem, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let limit = self.auditLimit
    return try await self.write { database in
      try ControlSchema.put(item, into: database)
      return try ControlSchema.append(record, keeping: limit, to: database)
    }
  }
}
