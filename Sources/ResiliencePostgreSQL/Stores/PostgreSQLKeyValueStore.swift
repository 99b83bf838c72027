public import ResilienceInterfaces

/// Keeps values in a PostgreSQL, shared by all instances that use the same schema; time counts by the server's clock.
public final class PostgreSQLKeyValueStore: KeyValueStore {
  private let database: PostgreSQLDatabase

  /// Makes the store of a schema.
  public init(_ database: PostgreSQLDatabase) { self.database = database }

  /// The entry of a key.
  public func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try StoreRules.check(key: key, named: "key", store: self.database.location)
    let query = PostgreSQLQuery(
      """
      SELECT value, metadata, version, expires FROM key_value
      WHERE key = $1 AND (expires IS NULL OR expires > store_now())
      """, [.text(key)])
    return try await self.database.read(query) { rows throws(PostgreSQLTrouble) in
      guard let row = rows.first else { return nil }
      return StoredEntry(
        value: try row.bytes(0), metadata: try MetadataText.metadata(try row.bytes(1)), version: try row.integer(2),
        expires: try row.optionalInteger(3))
    }
  }

  /// Writes an entry.
  @discardableResult
  public func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    let location = self.database.location
    try StoreRules.check(key: key, named: "key", store: location)
    try StoreRules.check(value: value, metadata: metadata, store: location)
    var milliseconds: Int64?
    if let lifetime { milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: location) }
    let (kind, version) = Self.parameters(condition)
    let query = PostgreSQLQuery(
      "SELECT outcome, found_version FROM write_entry($1, $2, $3, $4, $5, $6)",
      [
        .text(key), .bytes(value), .text(MetadataText.text(metadata)), .integer(kind), .integer(version),
        .integer(milliseconds),
      ])
    let found = try await self.conditional(query, condition, key)
    return found ?? 0
  }

  /// Removes an entry.
  @discardableResult
  public func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try StoreRules.check(key: key, named: "key", store: self.database.location)
    let (kind, version) = Self.parameters(condition)
    let query = PostgreSQLQuery(
      "SELECT outcome, found_version FROM remove_entry($1, $2, $3)", [.text(key), .integer(kind), .integer(version)])
    return try await self.conditional(query, condition, key) != nil
  }

  private func conditional(
    _ query: PostgreSQLQuery, _ condition: WriteCondition, _ key: String
  ) async throws(StoreFailure) -> Int64? {
    let (outcome, version): (String, Int64?) = try await self.database.change(query) {
      rows throws(PostgreSQLTrouble) in
      guard let row = rows.first else { throw .unreadable("no answer to a write") }
      return (try row.text(0), try row.optionalInteger(1))
    }
    if outcome != "done" { throw condition.failure(found: version, key: key, store: self.database.location) }
    return version
  }

  private static func parameters(_ condition: WriteCondition) -> (kind: Int64, version: Int64) {
    switch condition {
    case .always: (0, 0)
    case .absent: (1, 0)
    case .version(let version): (2, version)
    }
  }

  /// Keys that begin with a prefix.
  public func keys(
    withPrefix prefix: String, after key: String?, limit: Int
  ) async throws(StoreFailure) -> [String] {
    if limit < 1 { return [] }
    let query = PostgreSQLQuery(
      """
      SELECT key FROM key_value WHERE key >= $1 AND key > $2 AND key <= $3
      AND (expires IS NULL OR expires > store_now()) ORDER BY key LIMIT $4
      """,
      [.text(prefix), .text(key ?? ""), .text(PrefixRange.end(of: prefix)), .integer(Int64(limit))])
    return try await self.database.read(query) { rows throws(PostgreSQLTrouble) in
      var keys: [String] = []
      for row in rows { keys.append(try row.text(0)) }
      return keys
    }
  }

  /// Removes entries whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    let query = PostgreSQLQuery(
      """
      DELETE FROM key_value WHERE key IN (SELECT key FROM key_value WHERE expires <= store_now() LIMIT $1
      FOR UPDATE SKIP LOCKED) RETURNING version
      """, [.integer(Int64(max(0, limit)))])
    return try await self.database.change(query) { $0.count }
  }
}
