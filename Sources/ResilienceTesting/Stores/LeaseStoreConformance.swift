public import ResilienceInterfaces

/// The promises of `LeaseStore`.
public enum LeaseStoreConformance {
  /// One promise.
  public typealias Check = StoreCheck<any LeaseStore>

  /// All promises; run each on a store of its own.
  public static let checks: [Check] = [
    Check("a lease has one holder at a time", Self.oneHolder),
    Check("of many who ask at once exactly one gets it", Self.oneOfMany),
    Check("it ends by itself, and the next holder's token is higher", Self.ends),
    Check("it can be renewed until it has ended", Self.renews),
    Check("a lease of old ends nothing of the new one", Self.oldReleases),
    Check("refuses names and lengths that no store accepts", Self.refuses),
    Check("a lease and its token survive a crash", Self.survives),
  ]

  private static func oneHolder(_ world: StoreWorld<any LeaseStore>) async throws {
    let name = world.name("leader")
    try await expectEqual(world.store.lease(named: name), nil, "the holder of what nobody has taken")
    let lease = try unwrap(await world.acquire("leader"), "the lease")
    try expectEqual(lease.owner, "ada", "the owner")
    try await expectEqual(world.acquire("leader", by: "bob"), nil, "a second holder")
    try await expectEqual(world.acquire("leader"), nil, "the holder once more")
    try expect(await world.acquire("other", by: "bob") != nil, "another name is refused")
    try await expectEqual(world.store.lease(named: name)?.token, lease.token, "the token of the holder")
    try await expectEqual(world.store.releaseLease(lease), true, "giving it back")
    try await expectEqual(world.store.releaseLease(lease), false, "giving it back twice")
    let next = try unwrap(await world.acquire("leader", by: "bob"), "the next lease")
    try expect(next.token > lease.token, "token \(next.token) follows \(lease.token)")
  }

  private static func oneOfMany(_ world: StoreWorld<any LeaseStore>) async throws {
    let count = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        group.addTask { try await world.acquire("leader", by: "owner \(number)") != nil }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    try expectEqual(count, 1, "holders")
  }

  private static func ends(_ world: StoreWorld<any LeaseStore>) async throws {
    let lease = try unwrap(await world.acquire("leader", units: 1), "the lease")
    try await world.pass(units: 1)
    try await expectEqual(world.store.lease(named: lease.name), nil, "the holder of what has ended")
    let next = try unwrap(await world.acquire("leader", by: "bob"), "the next lease")
    try expect(next.token > lease.token, "token \(next.token) follows \(lease.token)")
    try await expectFailure(.leaseLost, "renewing what somebody else has") {
      try await world.store.renewLease(lease, length: world.unit)
    }
  }

  private static func renews(_ world: StoreWorld<any LeaseStore>) async throws {
    var lease = try unwrap(await world.acquire("leader", units: 3), "the lease")
    for _ in 0..<3 {
      try await world.pass(units: 2)
      let renewed = try await world.store.renewLease(lease, length: world.unit * 3)
      try expectEqual(renewed.token, lease.token, "the token of a renewed lease")
      try expect(renewed.expires > lease.expires, "renewing does not lengthen it")
      lease = renewed
    }
    try await expectEqual(world.acquire("leader", by: "bob"), nil, "a second holder")
    try await world.pass(units: 3)
    try await expectFailure(.leaseLost, "renewing what has ended") {
      try await world.store.renewLease(lease, length: world.unit)
    }
  }

  private static func oldReleases(_ world: StoreWorld<any LeaseStore>) async throws {
    let old = try unwrap(await world.acquire("leader", units: 1), "the lease")
    try await world.pass(units: 1)
    let new = try unwrap(await world.acquire("leader", by: "bob"), "the next lease")
    try await expectEqual(world.store.releaseLease(old), false, "giving back an old lease")
    try await expectEqual(world.store.lease(named: old.name)?.token, new.token, "the holder")
  }

  private static func refuses(_ world: StoreWorld<any LeaseStore>) async throws {
    try await expectFailure(.invalid, "an empty name") {
      try await world.store.acquireLease("", owner: "ada", length: world.unit)
    }
    try await expectFailure(.invalid, "a length of 0") {
      try await world.store.acquireLease(world.name("leader"), owner: "ada", length: .zero)
    }
  }

  private static func survives(_ world: StoreWorld<any LeaseStore>) async throws {
    guard let reopen = world.reopen else { return }
    let lease = try unwrap(await world.acquire("leader", units: 5), "the lease")
    let again = try await reopen()
    let second = try await again.acquireLease(world.name("leader"), owner: "bob", length: world.unit)
    try expectEqual(second, nil, "a second holder after a crash")
    try await expectEqual(again.releaseLease(lease), true, "giving it back after a crash")
    let next = try await again.acquireLease(world.name("leader"), owner: "bob", length: world.unit)
    try expect(try unwrap(next, "the next lease").token > lease.token, "the token does not grow over a crash")
  }
}

extension StoreWorld<any LeaseStore> {
  fileprivate func acquire(
    _ name: String, by owner: String = "ada", units: Int = 100
  ) async throws -> StoreLease? {
    try await self.store.acquireLease(self.name(name), owner: owner, length: self.unit * units)
  }
}
