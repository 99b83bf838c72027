internal import Foundation
internal import GRDB
public import ResilienceInterfaces

/// Keeps overrides and audit in a SQLite file; the default of a single instance.
///
/// Every write is synchronised to the disk before it returns, so that it survives a crash of the process and of the
/// machine. Several processes may open the same file; one waits for the other up to the busy time-out. Cost: one
/// synchronisation (a few milliseconds on a disk) per write.
public final class SQLiteControlStore: ControlStore {
  /// Where the file is.
  public let path: String
  private let auditLimit: Int
  private let database: DatabaseQueue

  /// Opens a file, creating it (not its folder) where it is missing, and brings its tables up to date.
  ///
  /// Blocks while it does so; call it at start-up.
  /// - Parameters:
  ///   - path: the file's path; next to it SQLite keeps `-wal` and `-shm` files.
  ///   - busyTimeout: how long to wait for another process that writes; default 5 s.
  ///   - auditLimit: how many audit lines are kept, the newest ones; default 100,000, at least 1.
  public init(
    path: String, busyTimeout: Duration = .seconds(5), auditLimit: Int = 100_000
  ) throws(ControlStoreFailure) {
    self.path = path
    self.auditLimit = max(1, auditLimit)
    do {
      var configuration = GRDB.Configuration()
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(busyTimeout / .seconds(1))
      let database = try DatabaseQueue(path: path, configuration: configuration)
      // GRDB relaxes this to NORMAL in WAL mode, under which a power cut may lose the last commits.
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try ControlSchema.migrate(database)
      self.database = database
    } catch {
      throw StorageTrouble.failure(error, path: path)
    }
  }

  /// Saves an override and its audit line in one transaction.
  @discardableResult
  public func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.write { [auditLimit] database in
      try database.execute(
        sql: """
          INSERT INTO control_override (breaker, state, reason, actor, since, expires) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (breaker) DO UPDATE SET state = excluded.state, reason = excluded.reason,
            actor = excluded.actor, since = excluded.since, expires = excluded.expires
          """,
        arguments: [
          override.breaker, override.state.rawValue, override.reason, override.actor, override.since, override.expires,
        ])
      return try ControlSchema.append(record, keeping: auditLimit, to: database)
    }
  }

  /// Removes an override and writes the audit line in one transaction.
  @discardableResult
  public func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.write { [auditLimit] database in
      try database.execute(sql: "DELETE FROM control_override WHERE breaker = ?", arguments: [breaker])
      return try ControlSchema.append(record, keeping: auditLimit, to: database)
    }
  }

  /// Every override, sorted by breaker.
  public func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride] {
    try await self.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM control_override ORDER BY breaker").map(ControlSchema.override)
    }
  }

  /// Writes an audit line.
  @discardableResult
  public func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.write { [auditLimit] database in
      try ControlSchema.append(record, keeping: auditLimit, to: database)
    }
  }

  /// The newest audit lines, newest first.
  public func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry] {
    try await self.read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM control_audit ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)]
      ).map(ControlSchema.entry)
    }
  }

  private func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(ControlStoreFailure) -> Value {
    do {
      return try await self.database.write(body)
    } catch {
      throw StorageTrouble.failure(error, path: self.path)
    }
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(ControlStoreFailure) -> Value {
    do {
      return try await self.database.read(body)
    } catch {
      throw StorageTrouble.failure(error, path: self.path)
    }
  }
}
