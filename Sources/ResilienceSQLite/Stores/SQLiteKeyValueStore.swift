internal import Foundation
internal import GRDB
public import ResilienceInterfaces

/// Keeps values in a SQLite file.
public final class SQLiteKeyValueStore: KeyValueStore {
  private let database: SQLiteDatabase

  /// Makes the store of a file.
  public init(_ database: SQLiteDatabase) { self.database = database }

  /// The entry of a key.
  public func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try StoreRules.check(key: key, named: "key", store: self.database.path)
    let clock = self.database.clock
    return try await self.database.read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT * FROM key_value WHERE key = ? AND (expires IS NULL OR expires > ?)")
      guard let row = try Row.fetchOne(statement, arguments: [key, clock.now]) else { return nil }
      return StoredEntry(
        value: try row.bytes("value"),
        metadata: try MetadataText.metadata(try row.decode(String.self, forColumn: "metadata")),
        version: try row.decode(Int64.self, forColumn: "version"),
        expires: try row.decode(Int64?.self, forColumn: "expires"))
    }
  }

  /// Writes an entry.
  @discardableResult
  public func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    let path = self.database.path
    try StoreRules.check(key: key, named: "key", store: path)
    try StoreRules.check(value: value, metadata: metadata, store: path)
    var milliseconds: Int64?
    if let lifetime { milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: path) }
    let length = milliseconds
    return try await self.database.write { database, now in
      try Self.check(condition, key, now, path, database)
      let version = try StoreSchema.next("version", database)
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO key_value (key, version, expires, metadata, value) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (key) DO UPDATE SET version = excluded.version, expires = excluded.expires,
            metadata = excluded.metadata, value = excluded.value
          """)
      try statement.execute(arguments: [
        key, version, length.map { now + $0 }, try MetadataText.text(metadata), Data(value),
      ])
      return version
    }
  }

  /// Removes an entry.
  @discardableResult
  public func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    let path = self.database.path
    try StoreRules.check(key: key, named: "key", store: path)
    return try await self.database.write { database, now in
      let version = try Self.check(condition, key, now, path, database)
      try database.execute(sql: "DELETE FROM key_value WHERE key = ?", arguments: [key])
      return version != nil
    }
  }

  /// Keys that begin with a prefix.
  public func keys(
    withPrefix prefix: String, after key: String?, limit: Int
  ) async throws(StoreFailure) -> [String] {
    if limit < 1 { return [] }
    let clock = self.database.clock
    return try await self.database.read { database in
      let cursor = try String.fetchCursor(
        database,
        sql: "SELECT key FROM key_value WHERE key >= ? AND key > ? AND (expires IS NULL OR expires > ?) ORDER BY key",
        arguments: [prefix, key ?? "", clock.now])
      var found: [String] = []
      while found.count < limit, let key = try cursor.next(), key.utf8.starts(with: prefix.utf8) { found.append(key) }
      return found
    }
  }

  /// Removes entries whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.database.write { database, now in
      try database.execute(
        sql: "DELETE FROM key_value WHERE key IN (SELECT key FROM key_value WHERE expires <= ? LIMIT ?)",
        arguments: [now, max(0, limit)])
      return database.changesCount
    }
  }

  /// The version found, if the condition holds for it.
  @discardableResult
  private static func check(
    _ condition: WriteCondition, _ key: String, _ now: Int64, _ path: String, _ database: Database
  ) throws -> Int64? {
    let statement = try database.cachedStatement(
      sql: "SELECT version FROM key_value WHERE key = ? AND (expires IS NULL OR expires > ?)")
    let version = try Int64.fetchOne(statement, arguments: [key, now])
    if !condition.holds(for: version) { throw condition.failure(found: version, key: key, store: path) }
    return version
  }
}
