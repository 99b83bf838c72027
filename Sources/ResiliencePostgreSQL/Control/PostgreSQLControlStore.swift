public import ResilienceInterfaces

/// Keeps operators' decisions, settings, reviews, healing and the audit in a PostgreSQL, for all instances of a
/// service.
///
/// A decision and its audit line are one statement, so they are written together or not at all. Instances that share
/// their breakers by a `PostgreSQLOpinionExchange` of the same schema obey it at once.
public final class PostgreSQLControlStore: ControlStore {
  private let database: PostgreSQLDatabase
  /// Whose healing runs and supervised processes these are.
  public let instance: String
  let auditLimit: Int

  /// Makes the store of a schema.
  ///
  /// - Parameters:
  ///   - database: The server.
  ///   - instance: Whose healing runs and supervised processes these are: another name in every instance, and the same
  ///     after a restart of one.
  ///   - auditLimit: How many audit lines are kept, the newest ones; default 100,000, at least 1.
  public init(_ database: PostgreSQLDatabase, instance: String = "only", auditLimit: Int = 100_000) {
    self.database = database
    self.instance = instance
    self.auditLimit = max(1, auditLimit)
  }

  /// Saves an override and its audit line in one step.
  @discardableResult
  public func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(
      record,
      """
      INSERT INTO control_override VALUES ($9, $10, $11, $12, $13, $14) ON CONFLICT (breaker) DO UPDATE SET
        state = excluded.state, reason = excluded.reason, actor = excluded.actor, since = excluded.since,
        expires = excluded.expires RETURNING 1
      """,
      [
        .text(override.breaker), .text(override.state.rawValue), .text(override.reason), .text(override.actor),
        .integer(override.since), .integer(override.expires),
      ])
  }

  /// Removes an override and writes the audit line in one step.
  @discardableResult
  public func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, "DELETE FROM control_override WHERE breaker = $9 RETURNING 1", [.text(breaker)])
  }

  /// Every override, sorted by breaker.
  public func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride] {
    let query = PostgreSQLQuery(
      "SELECT breaker, state, reason, actor, since, expires FROM control_override ORDER BY breaker")
    return try await self.read(query) { rows throws(PostgreSQLTrouble) in
      var found: [BreakerOverride] = []
      for row in rows {
        let text = try row.text(1)
        guard let state = BreakerOverride.State(rawValue: text) else {
          throw .unreadable("an override has the unknown state '\(text)'")
        }
        found.append(
          BreakerOverride(
            breaker: try row.text(0), state: state, reason: try row.text(2), actor: try row.text(3),
            since: try row.integer(4), expires: try row.optionalInteger(5)))
      }
      return found
    }
  }

  /// Saves a decision and its audit line in one step.
  @discardableResult
  public func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(
      record,
      """
      INSERT INTO control_decision VALUES ($9, $10, $11) ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body
      RETURNING 1
      """, [.text(decision.kind), .text(decision.name), .text(decision.body)])
  }

  /// Removes a decision and writes the audit line in one step.
  @discardableResult
  public func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(
      record, "DELETE FROM control_decision WHERE kind = $9 AND name = $10 RETURNING 1", [.text(kind), .text(name)])
  }

  /// Every decision of a kind, sorted by name.
  public func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision] {
    let query = PostgreSQLQuery(
      "SELECT name, body FROM control_decision WHERE kind = $1 ORDER BY name", [.text(kind)])
    return try await self.read(query) { rows throws(PostgreSQLTrouble) in
      var found: [ControlDecision] = []
      for row in rows { found.append(ControlDecision(kind: kind, name: try row.text(0), body: try row.text(1))) }
      return found
    }
  }

  /// Writes an audit line.
  @discardableResult
  public func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.note(record, nil, [])
  }

  /// The newest audit lines, newest first.
  public func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry] {
    let query = PostgreSQLQuery(
      """
      SELECT id, at, actor, action, subject, reason, before, after FROM control_audit ORDER BY id DESC LIMIT $1
      """, [.integer(Int64(max(0, limit)))])
    return try await self.read(query) { rows throws(PostgreSQLTrouble) in
      var found: [AuditEntry] = []
      for row in rows {
        let record = AuditRecord(
          at: try row.integer(1), actor: try row.text(2), action: try row.text(3), subject: try row.text(4),
          reason: try row.text(5), before: try row.text(6), after: try row.text(7))
        found.append(AuditEntry(id: try row.integer(0), record: record))
      }
      return found
    }
  }

  /// Writes an audit line, and in the same statement a change whose parameters begin with `$9`.
  ///
  /// Other instances hear that there is something new.
  private func note(
    _ record: AuditRecord, _ change: String?, _ parameters: [PostgreSQLValue]
  ) async throws(ControlStoreFailure) -> AuditEntry {
    let audit = "SELECT append_audit($1, $2, $3, $4, $5, $6, $7, $8)"
    let sql = change.map { "WITH change AS (\($0)), told AS (SELECT tell_queue(E'\\x01news')) \(audit) FROM told" }
    let query = PostgreSQLQuery(
      sql ?? audit,
      [
        .integer(record.at), .text(record.actor), .text(record.action), .text(record.subject), .text(record.reason),
        .text(record.before), .text(record.after), .integer(Int64(self.auditLimit)),
      ] + parameters)
    let number = try await self.change(query) { rows throws(PostgreSQLTrouble) in try Self.number(rows) }
    return AuditEntry(id: number, record: record)
  }

  func change<Value>(
    _ query: PostgreSQLQuery, _ make: ([PostgreSQLRow]) throws(PostgreSQLTrouble) -> Value
  ) async throws(ControlStoreFailure) -> Value {
    do throws(StoreFailure) {
      return try await self.database.change(query, make)
    } catch {
      throw ControlStoreFailure(error)
    }
  }

  func read<Value>(
    _ query: PostgreSQLQuery, _ make: ([PostgreSQLRow]) throws(PostgreSQLTrouble) -> Value
  ) async throws(ControlStoreFailure) -> Value {
    do throws(StoreFailure) {
      return try await self.database.read(query, make)
    } catch {
      throw ControlStoreFailure(error)
    }
  }
}
