internal import Resilience
public import ResilienceInterfaces

/// Keeps leases in a Redis or Valkey, so that of all instances one at a time does something.
///
/// Fencing tokens come from one counter and never repeat, as long as the server keeps what it has acknowledged
/// (`RedisStartupCheck` warns where it may not). Times count by the server's clock.
public final class RedisLeaseStore: LeaseStore {
  private let space: RedisSpace

  /// Makes a store whose keys begin with a prefix.
  public init(_ client: RedisClient, prefix: String = "resilience:") {
    self.space = RedisSpace(client: client, prefix: prefix)
  }

  /// Takes a lease.
  public func acquireLease(
    _ name: String, owner: String, length: Duration
  ) async throws(StoreFailure) -> StoreLease? {
    try StoreRules.check(key: name, named: "lease's name", store: self.space.store)
    try StoreRules.check(key: owner, named: "owner", store: self.space.store)
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: self.space.store)
    let answer = try await self.space.run(LeaseScripts.acquire, [.text(name), .text(owner), .integer(milliseconds)])
    return try self.lease(answer, name)
  }

  /// Lengthens a lease.
  public func renewLease(_ lease: StoreLease, length: Duration) async throws(StoreFailure) -> StoreLease {
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: self.space.store)
    let answer = try await self.space.run(
      LeaseScripts.renew, [.text(lease.name), .integer(lease.token), .integer(milliseconds)])
    guard let renewed = try self.lease(answer, lease.name) else { throw lease.lost(store: self.space.store) }
    return renewed
  }

  /// Gives a lease back.
  @discardableResult
  public func releaseLease(_ lease: StoreLease) async throws(StoreFailure) -> Bool {
    let answer = try await self.space.run(LeaseScripts.release, [.text(lease.name), .integer(lease.token)])
    return try self.space.integer(answer, "A lease") == 1
  }

  /// Who holds a lease now.
  public func lease(named name: String) async throws(StoreFailure) -> StoreLease? {
    try StoreRules.check(key: name, named: "lease's name", store: self.space.store)
    return try self.lease(try await self.space.run(LeaseScripts.look, [.text(name)]), name)
  }

  private func lease(_ answer: RESPValue, _ name: String) throws(StoreFailure) -> StoreLease? {
    if answer.isNull { return nil }
    guard let fields = answer.elements, fields.count == 3, let owner = fields[0].text, let token = fields[1].integer,
      let expires = fields[2].integer
    else { throw self.space.unreadable("The lease '\(name)'") }
    return StoreLease(name: name, owner: owner, token: token, expires: expires)
  }
}
