import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("The in-memory stores")
struct InMemoryStoreTests {
  @Test("R5.1 keep what a queue promises", arguments: QueueStoreConformance.checks)
  func queue(_ check: StoreCheck<any QueueStore>) async throws {
    let simulation = Simulation()
    let store = InMemoryQueueStore(clock: StoreClock(simulation.runtime))
    try await check.run(in: .virtual(simulation, store))
  }

  @Test("R8.6 keep what a key-value store promises", arguments: KeyValueStoreConformance.checks)
  func keyValue(_ check: StoreCheck<any KeyValueStore>) async throws {
    let simulation = Simulation()
    let store = InMemoryKeyValueStore(clock: StoreClock(simulation.runtime))
    try await check.run(in: .virtual(simulation, store))
  }

  @Test("R2.11 keep what leases promise", arguments: LeaseStoreConformance.checks)
  func leases(_ check: StoreCheck<any LeaseStore>) async throws {
    let simulation = Simulation()
    let store = InMemoryLeaseStore(clock: StoreClock(simulation.runtime))
    try await check.run(in: .virtual(simulation, store))
  }

  @Test("R8.6 keep what a series store promises", arguments: SeriesStoreConformance.checks)
  func series(_ check: StoreCheck<any SeriesStore>) async throws {
    try await check.run(in: .virtual(Simulation(), InMemorySeriesStore()))
  }

  @Test("R8.6 a store's clock never runs behind the latest instant that it has kept")
  func clock() {
    let simulation = Simulation()
    let clock = StoreClock(simulation.runtime, notBefore: 2_000_000_000_000)
    #expect(clock.now == 2_000_000_000_000)
    simulation.drain(until: simulation.now() + 5_000_000)
    #expect(clock.now == 2_000_000_000_005)
  }

  @Test("R7.1 every kind of store failure is a category that retry and breaker understand")
  func categories() {
    for kind in StoreFailure.Kind.allCases {
      let failure = StoreFailure(kind, store: "memory", detail: "It failed.", remedy: "Come back.")
      #expect(failure.description == "memory: It failed. Come back.")
      let isOurs: Set<StoreFailure.Kind> = [.permissionDenied, .conflict, .leaseLost, .notFound, .invalid, .cancelled]
      #expect(failure.category.isEvidence == !isOurs.contains(kind))
    }
  }

  @Test("R7.1 what can have been carried out is not taken for unsent, unless the client knows better")
  func transmissions() {
    let perhaps: Set<StoreFailure.Kind> = [.unreachable, .timedOut, .cancelled, .other]
    for kind in StoreFailure.Kind.allCases {
      let failure = StoreFailure(kind, store: "memory", detail: "It failed.", remedy: "Come back.")
      #expect(failure.transmission == (perhaps.contains(kind) ? .unknown : .neverSent))
      let refused = StoreFailure(
        kind, store: "memory", detail: "It failed.", remedy: "Come back.", transmission: .neverSent)
      #expect(refused.transmission == .neverSent && refused.perhapsSent().transmission == .unknown)
      let answered = StoreFailure(
        kind, store: "memory", detail: "It failed.", remedy: "Come back.", transmission: .answered)
      #expect(answered.transmission == failure.transmission, "an answer alone does not tell what was carried out")
      #expect(refused.perhapsSent().kind == kind && refused.perhapsSent().description == refused.description)
    }
  }
}
