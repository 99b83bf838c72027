internal import Foundation
internal import GRDB
public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

/// Whether a SQLite file can be opened, is sound, and takes writes.
///
/// The file is opened for each check and never created; a check that only reads opens it read-only. `quick_check` reads
/// the whole file, so give a large one a long interval. A write is made in a transaction that is rolled back: it needs
/// the file's write lock for a moment, and waits for it until the check's time is nearly over.
public struct SQLiteCheck: HealthCheck {
  private let path: String
  private let isDeep: Bool
  private let writes: Bool

  /// Makes a check of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isDeep: Whether its contents are checked (`PRAGMA quick_check`); otherwise only its schema is read.
  ///   - writes: Whether it has to take a write, which is rolled back.
  public init(path: String, isDeep: Bool = true, writes: Bool = false) {
    self.path = path
    self.isDeep = isDeep
    self.writes = writes
  }

  /// Looks once.
  ///
  /// - Throws: What SQLite says where the file cannot be opened or used.
  public func check(in context: Context) async throws -> CheckResult {
    guard FileManager.default.fileExists(atPath: self.path) else {
      return .unhealthy("'\(self.path)' is not there: correct the path, or create the file")
    }
    var configuration = GRDB.Configuration()
    configuration.readonly = !self.writes
    let wait = context.remaining ?? .seconds(5)
    // Less than the check's own time, so that a locked file is told as one.
    configuration.busyMode = .timeout(min(5, max(0.01, wait / .seconds(1) * 0.8)))
    do {
      let database = try DatabaseQueue(path: self.path, configuration: configuration)
      defer { try? database.close() }
      let (isDeep, writes) = (self.isDeep, self.writes)
      let complaint = try await Self.look(database, isDeep: isDeep, writes: writes)
      guard let complaint else { return .healthy }
      return .unhealthy("'\(self.path)' is damaged: \(complaint.prefix(200)); restore it from a copy")
    } catch let error as DatabaseError {
      return .unhealthy("'\(self.path)': \(error.message ?? "SQLite error \(error.resultCode.rawValue)")")
    }
  }

  /// - Returns: What is wrong with the contents; nil if nothing is.
  private static func look(_ database: DatabaseQueue, isDeep: Bool, writes: Bool) async throws -> String? {
    if writes {
      try await database.writeWithoutTransaction { connection in
        try connection.inTransaction(.immediate) {
          let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
          try connection.execute(sql: "CREATE TABLE resilience_health_check (version INTEGER)")
          try connection.execute(sql: "INSERT INTO resilience_health_check VALUES (?)", arguments: [version])
          return .rollback
        }
      }
    }
    return try await database.read { connection in
      guard isDeep else {
        _ = try Int.fetchOne(connection, sql: "SELECT COUNT(*) FROM sqlite_master")
        return nil
      }
      let lines = try String.fetchAll(connection, sql: "PRAGMA quick_check(1)")
      return lines == ["ok"] ? nil : lines.joined(separator: ", ")
    }
  }
}
