import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import SessionHistories
import Testing

@testable import ResilienceSessions

@Suite("The journal of an outage")
struct SessionJournalTests {
  private static let quick = SessionManager.Configuration(
    retry: .init(maxAttempts: 1),
    circuitBreaker: .init(consecutiveFailures: 2, openDuration: .seconds(5), successThreshold: 1))

  @Test("R8.2 what is acknowledged while somebody else still reads the journal for the first time is not forgotten")
  func firstUse() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = UnreliableStore(on: runtime)
      store.trouble.isAway = true
      let journal = ScriptedStore(on: runtime, firstListing: .seconds(1))
      let manager = try SessionManager(primary: store, fallback: journal, Self.quick, runtime: runtime)
      let (slow, quick) = (try SessionID("slow"), try SessionID("quick"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try await manager.create(slow, state: [1]) }
        group.addTask {
          try await runtime.sleep(for: .milliseconds(100))
          _ = try await manager.create(quick, state: [2])
        }
        try await group.waitForAll()
      }
      let read = try await manager.get(quick)
      #expect(read.state == [2])
      #expect(manager.healthStatus().waitingForPrimary == 2)
      store.trouble.isAway = false
      try await runtime.sleep(for: .seconds(6))
      #expect(try await manager.reconcile() == 2)
      let entry = try await store.entry(forKey: "session/quick")
      #expect(entry?.value == [2])
    }
  }

  @Test("R8.2 a change that the primary store will never take is set aside: it holds up no others and not its session")
  func refused() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = UnreliableStore(on: runtime, over: ScriptedStore(on: runtime, largest: 8))
      let manager = try SessionManager(
        primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(runtime)), Self.quick, runtime: runtime)
      let (large, other) = (try SessionID("a"), try SessionID("b"))
      for id in [large, other] { _ = try await manager.create(id, state: [1]) }
      store.trouble.isAway = true
      try await manager.update(large) { $0.state = [UInt8](repeating: 7, count: 9) }
      try await manager.update(other) { $0.state = [2] }
      store.trouble.isAway = false
      try await runtime.sleep(for: .seconds(6))
      #expect(try await manager.reconcile() == 2)
      let carried = try await manager.get(other)
      #expect(carried.state == [2] && !carried.isDegraded)
      let kept = try await manager.get(large)
      #expect(kept.state == [1])
      let conflict = try #require(manager.conflicts.first)
      #expect(conflict.session == large && conflict.ours?.state.count == 9)
      let error = await #expect(throws: SessionError.self) { try await manager.resolve(conflict.id, .takeOurs) }
      #expect(error?.kind == .invalid)
      #expect(manager.conflicts.count == 1, "what could not be done has not ended it")
      try await manager.resolve(conflict.id, .merge(state: [7], attributes: [:]))
      #expect(manager.conflicts.isEmpty)
    }
  }

  @Test("R8.3 an entry that cannot be read is told of and stays as it is; only its own session waits for its repair")
  func unreadable() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = UnreliableStore(on: runtime)
      let journal = InMemoryKeyValueStore(clock: StoreClock(runtime))
      let other = try SessionID("other")
      do {
        let first = try SessionManager(primary: store, fallback: journal, Self.quick, runtime: runtime)
        store.trouble.isAway = true
        _ = try await first.create(other, state: [1])
      }
      for key in ["journal/damaged", "journal/no id", "conflict/no id"] {
        try await journal.write([9], metadata: [:], forKey: key, if: .always, lifetime: nil)
      }
      store.trouble.isAway = false
      let manager = try SessionManager(primary: store, fallback: journal, Self.quick, runtime: runtime)
      let told = await #expect(throws: SessionError.self) { try await manager.reconcile() }
      #expect(told?.kind == .invalid || told?.kind == .storageCorrupted)
      let read = try await manager.get(other)
      #expect(read.state == [1] && !read.isDegraded)
      let error = await #expect(throws: SessionError.self) { try await manager.get(SessionID("damaged")) }
      #expect(error?.kind == .storageCorrupted)
      let left = try await journal.keys(withPrefix: "", after: nil, limit: 10)
      #expect(left == ["conflict/no id", "journal/damaged", "journal/no id"])
    }
  }

  @Test("R8.9 the same trouble of carrying over is told once, not every time")
  func toldOnce() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let journal = InMemoryKeyValueStore(clock: StoreClock(runtime))
      try await journal.write([9], metadata: [:], forKey: "journal/damaged", if: .always, lifetime: nil)
      let told = Shared<[SessionEvent]>([])
      let manager = try SessionManager(
        primary: UnreliableStore(on: runtime), fallback: journal, Self.quick, runtime: runtime
      ) { event in told.withLock { $0.append(event) } }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await manager.run() }
        try await runtime.sleep(for: .seconds(60))
        group.cancelAll()
      }
      let events = told.withLock { $0 }
      #expect(events.count == 1)
      guard case .reconciliationFailed = events.first else {
        Issue.record("\(events)")
        return
      }
    }
  }

  @Test("R8.2 a store that can be read but not written holds up nobody with retries, and what waits does not grow")
  func readOnly() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = UnreliableStore(on: runtime)
      let journal = InMemoryKeyValueStore(clock: StoreClock(runtime))
      let manager = try SessionManager(
        primary: store, fallback: journal, .init(circuitBreaker: .init(consecutiveFailures: 1_000)), runtime: runtime)
      let id = try await manager.create(SessionID("s"), state: [0]).id
      store.trouble.isAway = true
      try await manager.update(id) { $0.state = [1] }
      store.trouble.isAway = false
      store.trouble.refusesWrites = 1_000
      let began = runtime.now()
      for number in 0..<20 {
        try await manager.update(id) { $0.state = [UInt8(number)] }
        let read = try await manager.get(id)
        #expect(read.state == [UInt8(number)] && read.isDegraded)
      }
      #expect(runtime.now() == began && store.trouble.refusesWrites == 960)
      let entry = try await journal.entry(forKey: "journal/s")
      #expect(entry != nil && entry?.metadata["j.attempted"] == nil)
      store.trouble.refusesWrites = 0
      let back = try await manager.get(id)
      #expect(back.state == [19] && !back.isDegraded && manager.conflicts.isEmpty)
    }
  }
}
