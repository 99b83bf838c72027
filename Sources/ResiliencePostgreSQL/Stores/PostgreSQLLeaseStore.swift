public import ResilienceInterfaces

/// Keeps leases in a PostgreSQL, for all processes that use the same schema; time counts by the server's clock.
public final class PostgreSQLLeaseStore: LeaseStore {
  private let database: PostgreSQLDatabase

  /// Makes the store of a schema.
  public init(_ database: PostgreSQLDatabase) { self.database = database }

  /// Takes a lease.
  public func acquireLease(
    _ name: String, owner: String, length: Duration
  ) async throws(StoreFailure) -> StoreLease? {
    let location = self.database.location
    try StoreRules.check(key: name, named: "lease's name", store: location)
    try StoreRules.check(key: owner, named: "owner", store: location)
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: location)
    return try await self.database.change(
      PostgreSQLQuery(
        "SELECT name, owner, token, expires FROM acquire_lease($1, $2, $3)",
        [.text(name), .text(owner), .integer(milliseconds)]), Self.lease)
  }

  /// Lengthens a lease.
  public func renewLease(_ lease: StoreLease, length: Duration) async throws(StoreFailure) -> StoreLease {
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: self.database.location)
    let query = PostgreSQLQuery(
      """
      UPDATE lease SET expires = store_now() + $3 WHERE name = $1 AND token = $2 AND expires > store_now()
      RETURNING name, owner, token, expires
      """, [.text(lease.name), .integer(lease.token), .integer(milliseconds)])
    let found = try await self.database.change(query, Self.lease)
    guard let found else { throw lease.lost(store: self.database.location) }
    return found
  }

  /// Gives a lease back.
  @discardableResult
  public func releaseLease(_ lease: StoreLease) async throws(StoreFailure) -> Bool {
    let query = PostgreSQLQuery("SELECT release_lease($1, $2)", [.text(lease.name), .integer(lease.token)])
    return try await self.database.change(query) { rows throws(PostgreSQLTrouble) in
      try rows.first?.boolean(0) ?? false
    }
  }

  /// Who holds a lease now.
  public func lease(named name: String) async throws(StoreFailure) -> StoreLease? {
    try StoreRules.check(key: name, named: "lease's name", store: self.database.location)
    let query = PostgreSQLQuery(
      "SELECT name, owner, token, expires FROM lease WHERE name = $1 AND expires > store_now()", [.text(name)])
    return try await self.database.read(query, Self.lease)
  }

  private static func lease(_ rows: [PostgreSQLRow]) throws(PostgreSQLTrouble) -> StoreLease? {
    guard let row = rows.first else { return nil }
    return StoreLease(
      name: try row.text(0), owner: try row.text(1), token: try row.integer(2), expires: try row.integer(3))
  }
}
