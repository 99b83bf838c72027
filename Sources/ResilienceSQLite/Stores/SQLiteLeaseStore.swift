internal import GRDB
public import ResilienceInterfaces

/// Keeps leases in a SQLite file, for the processes that share it.
public final class SQLiteLeaseStore: LeaseStore {
  private let database: SQLiteDatabase

  /// Makes the store of a file.
  public init(_ database: SQLiteDatabase) { self.database = database }

  /// Takes a lease.
  public func acquireLease(
    _ name: String, owner: String, length: Duration
  ) async throws(StoreFailure) -> StoreLease? {
    let path = self.database.path
    try StoreRules.check(key: name, named: "lease's name", store: path)
    try StoreRules.check(key: owner, named: "owner", store: path)
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: path)
    return try await self.database.write { database, now in
      if try Self.held(name, now, database) != nil { return nil }
      let lease = StoreLease(
        name: name, owner: owner, token: try StoreSchema.next("token", database), expires: now + milliseconds)
      try database.execute(
        sql: """
          INSERT INTO lease (name, owner, token, expires) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
            owner = excluded.owner, token = excluded.token, expires = excluded.expires
          """, arguments: [lease.name, lease.owner, lease.token, lease.expires])
      return lease
    }
  }

  /// Lengthens a lease.
  public func renewLease(_ lease: StoreLease, length: Duration) async throws(StoreFailure) -> StoreLease {
    let path = self.database.path
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: path)
    return try await self.database.write { database, now in
      guard let held = try Self.held(lease.name, now, database), held.token == lease.token else {
        throw lease.lost(store: path)
      }
      try database.execute(
        sql: "UPDATE lease SET expires = ? WHERE name = ?", arguments: [now + milliseconds, lease.name])
      return StoreLease(name: held.name, owner: held.owner, token: held.token, expires: now + milliseconds)
    }
  }

  /// Gives a lease back.
  @discardableResult
  public func releaseLease(_ lease: StoreLease) async throws(StoreFailure) -> Bool {
    try await self.database.write { database, now in
      let held = try Self.held(lease.name, now, database)
      try database.execute(
        sql: "DELETE FROM lease WHERE name = ? AND token = ?", arguments: [lease.name, lease.token])
      return held?.token == lease.token
    }
  }

  /// Who holds a lease now.
  public func lease(named name: String) async throws(StoreFailure) -> StoreLease? {
    try StoreRules.check(key: name, named: "lease's name", store: self.database.path)
    let clock = self.database.clock
    return try await self.database.read { try Self.held(name, clock.now, $0) }
  }

  private static func held(_ name: String, _ now: Int64, _ database: Database) throws -> StoreLease? {
    let row = try Row.fetchOne(
      database, sql: "SELECT * FROM lease WHERE name = ? AND expires > ?", arguments: [name, now])
    guard let row else { return nil }
    return StoreLease(
      name: try row.decode(String.self, forColumn: "name"), owner: try row.decode(String.self, forColumn: "owner"),
      token: try row.decode(Int64.self, forColumn: "token"), expires: try row.decode(Int64.self, forColumn: "expires"))
  }
}
