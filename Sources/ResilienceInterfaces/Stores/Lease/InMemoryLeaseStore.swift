internal import Resilience

/// Keeps leases in memory: for tests, and for parts of one process.
public final class InMemoryLeaseStore: LeaseStore {
  private struct Contents {
    var leases: [ByteKey: StoreLease] = [:]
    var lastToken: Int64 = 0
  }

  private static let name = "memory"
  private let clock: StoreClock
  private let contents = Lock(Contents())

  /// Makes a store in which nothing is leased.
  ///
  /// - Parameter clock: By which leases end.
  public init(clock: StoreClock = StoreClock()) { self.clock = clock }

  /// Takes a lease.
  public func acquireLease(
    _ name: String, owner: String, length: Duration
  ) async throws(StoreFailure) -> StoreLease? {
    try StoreRules.check(key: name, named: "lease's name", store: Self.name)
    try StoreRules.check(key: owner, named: "owner", store: Self.name)
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: Self.name)
    let now = self.clock.now
    return self.contents.withLock { contents in
      if let held = contents.leases[ByteKey(name)], held.expires > now { return nil }
      contents.lastToken += 1
      let lease = StoreLease(name: name, owner: owner, token: contents.lastToken, expires: now + milliseconds)
      contents.leases[ByteKey(name)] = lease
      return lease
    }
  }

  /// Lengthens a lease.
  public func renewLease(_ lease: StoreLease, length: Duration) async throws(StoreFailure) -> StoreLease {
    let milliseconds = try StoreRules.milliseconds(length, named: "length", store: Self.name)
    let now = self.clock.now
    return try self.contents.withLock { contents throws(StoreFailure) in
      guard let held = contents.leases[ByteKey(lease.name)], held.token == lease.token, held.expires > now else {
        throw lease.lost(store: Self.name)
      }
      let renewed = StoreLease(
        name: held.name, owner: held.owner, token: held.token, expires: now + milliseconds)
      contents.leases[ByteKey(lease.name)] = renewed
      return renewed
    }
  }

  /// Gives a lease back.
  @discardableResult
  public func releaseLease(_ lease: StoreLease) async throws(StoreFailure) -> Bool {
    let now = self.clock.now
    return self.contents.withLock { contents in
      guard let held = contents.leases[ByteKey(lease.name)], held.token == lease.token else { return false }
      contents.leases[ByteKey(lease.name)] = nil
      return held.expires > now
    }
  }

  /// Who holds a lease now.
  public func lease(named name: String) async throws(StoreFailure) -> StoreLease? {
    try StoreRules.check(key: name, named: "lease's name", store: Self.name)
    let now = self.clock.now
    return self.contents.withLock { contents in
      guard let held = contents.leases[ByteKey(name)], held.expires > now else { return nil }
      return held
    }
  }
}
