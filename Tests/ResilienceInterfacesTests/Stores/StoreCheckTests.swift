import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceTesting

@Suite("Checks of stores that live in real time")
struct StoreCheckTests {
  @Test("R8.6 a machine that stands still in a check breaks no promise: the check is taken again in longer units")
  func standstill() async throws {
    for check in LeaseStoreConformance.checks {
      let world = StandingWorld(stands: 2, breaks: false)
      try await check.run(in: world.world)
    }
  }

  @Test("R8.6 a broken promise is told, at once without a standstill and in the end with one", arguments: [0, 1])
  func broken(_ stands: Int) async throws {
    let check = try #require(LeaseStoreConformance.checks.first { $0.sentence.contains("renewed") })
    let world = StandingWorld(stands: stands, breaks: true)
    await #expect(throws: (any Error).self) { try await check.run(in: world.world) }
    #expect(world.store.acquisitions == 1 + stands)
  }
}

/// A world that claims to be real, in whose store the first renewals take three times as long as a unit.
private struct StandingWorld {
  let store: StandingLeaseStore
  let world: StoreWorld<any LeaseStore>

  init(stands: Int, breaks: Bool) {
    let simulation = Simulation()
    self.store = StandingLeaseStore(simulation, stands: stands, breaks: breaks)
    self.world = StoreWorld(
      store: self.store, prefix: "t", unit: .milliseconds(500), isVirtual: false, runtime: simulation.runtime,
      pass: { simulation.drain(until: simulation.now() + $0.nanoseconds) }, reopen: nil)
  }
}

private final class StandingLeaseStore: LeaseStore {
  private let simulation: Simulation
  private let store: InMemoryLeaseStore
  private let breaks: Bool
  private let state: Lock<(stands: Int, acquisitions: Int)>

  init(_ simulation: Simulation, stands: Int, breaks: Bool) {
    self.simulation = simulation
    self.store = InMemoryLeaseStore(clock: StoreClock(simulation.runtime))
    self.breaks = breaks
    self.state = Lock((stands, 0))
  }

  var acquisitions: Int { self.state.withLock { $0.acquisitions } }

  func acquireLease(
    _ name: String, owner: String, length: Duration
  ) async throws(StoreFailure) -> StoreLease? {
    self.state.withLock { $0.acquisitions += 1 }
    return try await self.store.acquireLease(name, owner: owner, length: length)
  }

  func renewLease(_ lease: StoreLease, length: Duration) async throws(StoreFailure) -> StoreLease {
    let stands = self.state.withLock { state in
      state.stands -= 1
      return state.stands >= 0
    }
    if stands { self.simulation.drain(until: self.simulation.now() + 1_500_000_000) }
    let renewed = try await self.store.renewLease(lease, length: length)
    return self.breaks ? lease : renewed
  }

  func releaseLease(_ lease: StoreLease) async throws(StoreFailure) -> Bool {
    try await self.store.releaseLease(lease)
  }

  func lease(named name: String) async throws(StoreFailure) -> StoreLease? { try await self.store.lease(named: name) }
}
