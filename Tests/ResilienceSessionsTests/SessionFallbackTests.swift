import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import SessionHistories
import Testing

@testable import ResilienceSessions

@Suite("Sessions while the primary store is away")
struct SessionFallbackTests {
  private static let quick = SessionManager.Configuration(
    retry: .init(maxAttempts: 1),
    circuitBreaker: .init(consecutiveFailures: 2, openDuration: .seconds(5), successThreshold: 1))

  @Test("R8.2 sessions are read, changed, made and deleted during an outage, and carried over afterwards")
  func outage() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let journal = InMemoryKeyValueStore(clock: StoreClock(simulation.runtime))
      let told = Shared<[SessionEvent]>([])
      let manager = try SessionManager(primary: store, fallback: journal, Self.quick, runtime: simulation.runtime) {
        event in
        told.withLock { $0.append(event) }
      }
      let kept = try await manager.create(state: [1]).id
      let gone = try await manager.create(state: [2]).id
      store.trouble.isAway = true
      let read = try await manager.get(kept)
      #expect(read.isDegraded)
      let changed = try await manager.update(kept) { $0.state.append(7) }
      #expect(changed.version == 2)
      #expect(changed.isDegraded)
      let again = try await manager.update(kept, expecting: 2) { $0.state.append(8) }
      #expect(again.state == [1, 7, 8])
      try await manager.delete(gone)
      let made = try await manager.create(state: [3]).id
      let page = try await manager.list()
      #expect(!page.isComplete)
      #expect(Set(page.sessions.map(\.id)) == [kept, made])
      #expect(manager.healthStatus().waitingForPrimary == 3)
      #expect(manager.healthStatus().state == .degraded)
      store.trouble.isAway = false
      try await simulation.runtime.sleep(for: .seconds(6))
      let carried = try await manager.reconcile()
      #expect(carried == 3)
      let entry = try await store.entry(forKey: "session/\(kept)")
      let there = try SessionRecord(kept, #require(entry), .get)
      #expect(there.session.state == [1, 7, 8])
      #expect(there.session.version == 3)
      let removed = try await store.entry(forKey: "session/\(gone)")
      #expect(removed == nil)
      let fresh = try await manager.get(made)
      #expect(!fresh.isDegraded)
      let left = try await journal.keys(withPrefix: "", after: nil, limit: 10)
      #expect(left.isEmpty)
      let events = told.withLock { $0 }
      #expect(events.count == 2)
      guard case .fellBack = events.first, case .returned = events.last else {
        Issue.record("\(events)")
        return
      }
    }
  }

  @Test("R8.9 a store that is still away does not count as serving again because its breaker tries it out")
  func stillAway() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let manager = try SessionManager(
        primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(simulation.runtime)), Self.quick,
        runtime: simulation.runtime)
      store.trouble.isAway = true
      _ = try await manager.create(state: [1])
      #expect(manager.healthStatus().serving == .fallback, "the first failure, the breaker is still closed")
      _ = try await manager.create(state: [2])
      for _ in 0..<3 {
        // The breaker's time is over: it would let the next call try the store out.
        try await simulation.runtime.sleep(for: .seconds(6))
        #expect(manager.healthStatus().serving == .fallback)
        let checked = await manager.forceHealthCheck()
        #expect(checked.serving == .fallback && checked.state == .degraded)
      }
      store.trouble.isAway = false
      let back = await manager.forceHealthCheck()
      #expect(back.serving == .primary && back.waitingForPrimary == 0)
    }
  }

  @Test("R8.2 a kill during the outage loses nothing that was acknowledged")
  func kill() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let journal = InMemoryKeyValueStore(clock: StoreClock(simulation.runtime))
      let id = try SessionID("s-1")
      do {
        let first = try SessionManager(primary: store, fallback: journal, Self.quick, runtime: simulation.runtime)
        _ = try await first.create(id, state: [1])
        store.trouble.isAway = true
        try await first.update(id) { $0.state.append(2) }
      }
      let second = try SessionManager(primary: store, fallback: journal, Self.quick, runtime: simulation.runtime)
      let read = try await second.get(id)
      #expect(read.state == [1, 2])
      store.trouble.isAway = false
      try await simulation.runtime.sleep(for: .seconds(6))
      let back = try await second.get(id)
      #expect(back.state == [1, 2])
      #expect(!back.isDegraded)
    }
  }

  @Test("R8.2 a session that both sides have changed is kept side by side, told, and ended as somebody chooses")
  func conflict() throws {
    for choice in [
      SessionConflict.Choice.keepTheirs, .takeOurs, .merge(state: [9], attributes: [:]),
    ] {
      let simulation = Simulation()
      try simulation.run {
        let store = UnreliableStore(on: simulation.runtime)
        let told = Shared<[SessionEvent]>([])
        let here = try SessionManager(
          primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(simulation.runtime)), Self.quick,
          runtime: simulation.runtime
        ) { event in told.withLock { $0.append(event) } }
        let there = try SessionManager(primary: store.memory, Self.quick, runtime: simulation.runtime)
        let id = try await here.create(state: [1]).id
        store.trouble.isAway = true
        try await here.update(id) { $0.state.append(2) }
        try await there.update(id) { $0.state.append(3) }
        store.trouble.isAway = false
        try await simulation.runtime.sleep(for: .seconds(6))
        let read = try await here.get(id)
        #expect(read.state == [1, 3])
        let conflict = try #require(here.conflicts.first)
        #expect(conflict.ours?.state == [1, 2])
        #expect(conflict.base == 1)
        #expect(here.healthStatus().conflicts == 1)
        #expect(told.withLock { $0.contains(.conflicted(conflict)) })
        let ended = try await here.resolve(conflict.id, choice)
        let expected: [UInt8] =
          switch choice {
          case .keepTheirs: [1, 3]
          case .takeOurs: [1, 2]
          case .merge: [9]
          }
        #expect(ended?.state == expected)
        let final = try await there.get(id)
        #expect(final.state == expected)
        #expect(here.conflicts.isEmpty)
      }
    }
  }

  @Test("R8.2 the fallback is bounded: what does not fit is refused with an error, not accepted and lost")
  func bound() throws {
    let simulation = Simulation()
    try simulation.run {
      var settings = Self.quick
      settings.maxJournalled = 2
      let store = UnreliableStore(on: simulation.runtime)
      let manager = try SessionManager(
        primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(simulation.runtime)), settings,
        runtime: simulation.runtime)
      store.trouble.isAway = true
      _ = try await manager.create()
      _ = try await manager.create()
      let error = await #expect(throws: SessionError.self) { _ = try await manager.create() }
      #expect(error?.kind == .serviceUnavailable)
      #expect(manager.healthStatus().waitingForPrimary == 2)
    }
  }

  @Test("R8.2 the reconciler carries over by itself when the primary store is back")
  func reconciler() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let manager = try SessionManager(
        primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(simulation.runtime)), Self.quick,
        runtime: simulation.runtime)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await manager.run() }
        store.trouble.isAway = true
        _ = try await manager.create()
        try await simulation.runtime.sleep(for: .seconds(60))
        #expect(manager.healthStatus().waitingForPrimary == 1)
        store.trouble.isAway = false
        try await simulation.runtime.sleep(for: .seconds(11))
        #expect(manager.healthStatus().waitingForPrimary == 0)
        group.cancelAll()
      }
    }
  }

  /// The context of a caller who waits for 10 ms.
  private static func hurried(_ runtime: Runtime) -> Context {
    Context(runtime, operation: "hurried", deadline: Deadline(after: .milliseconds(10), on: runtime))
  }

  @Test("R8.2 a caller whose own time is over is told so: nothing goes to the fallback of a store that is well")
  func ownDeadline() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = ScriptedStore(on: runtime, reading: .seconds(1))
      let told = Shared<[SessionEvent]>([])
      let manager = try SessionManager(
        primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(runtime)), Self.quick, runtime: runtime
      ) { event in told.withLock { $0.append(event) } }
      let id = try await manager.create(state: [1]).id
      for _ in 0..<3 {
        let change = await #expect(throws: SessionError.self) {
          try await manager.update(id, in: Self.hurried(runtime)) { $0.state = [2] }
        }
        #expect(change?.kind == .serviceUnavailable && change?.reason.contains("caller's time") == true)
        let reading = await #expect(throws: SessionError.self) {
          _ = try await manager.get(id, in: Self.hurried(runtime))
        }
        #expect(reading?.kind == .serviceUnavailable)
      }
      let status = manager.healthStatus()
      #expect(status.waitingForPrimary == 0 && status.serving == .primary)
      #expect(status.operations.values.allSatisfy { $0.failed == 0 })
      #expect(told.withLock { $0 }.isEmpty)
      let read = try await manager.get(id)
      #expect(read.state == [1] && !read.isDegraded)
    }
  }

  @Test("R8.9 a caller who goes away while the store works is neither its success nor its failure")
  func gone() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let manager = try SessionManager(
        primary: ScriptedStore(on: runtime, reading: .seconds(1)), Self.quick, runtime: runtime)
      let id = try await manager.create(state: [1]).id
      let caller = runtime.spawn {
        let error = await #expect(throws: CancellationError.self) { _ = try await manager.get(id) }
        #expect(error != nil)
      }
      try await runtime.sleep(for: .milliseconds(100))
      caller.cancel()
      await caller.value
      #expect(manager.healthStatus().operations["get"] == nil)
      _ = try await manager.get(id)
      #expect(manager.healthStatus().operations["get"]?.total == 1)
    }
  }

  @Test("R8.9 what the breaker refuses is not counted as an operation of the store that failed, and took no time")
  func refusals() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let manager = try SessionManager(primary: store, Self.quick, runtime: simulation.runtime)
      let id = try SessionID("s")
      store.trouble.isAway = true
      for _ in 0..<10 { _ = try? await manager.get(id) }
      let status = manager.healthStatus()
      #expect(status.operations["get"]?.total == 2 && status.operations["get"]?.failed == 2)
      #expect(status.state == .unhealthy && status.lastError?.reason.contains("failed") == true)
    }
  }

  @Test("R8.9 an outage that is over is forgotten after 100 operations, whichever they are")
  func overIsOver() {
    var machine = SessionHealthMachine()
    let failure = SessionError(.serviceUnavailable, nil, .reconcile, "away")
    for _ in 0..<100 { machine.ended(.reconcile, length: 1, failure: failure, slowAt: 10, now: 0) }
    #expect(machine.successRate == 0)
    for _ in 0..<100 { machine.ended(.get, length: 1, failure: nil, slowAt: 10, now: 0) }
    #expect(machine.successRate == 1)
    #expect(machine.counters[.reconcile]?.rate == 0 && machine.counters[.get]?.rate == 1)
  }

  @Test("R8.2 a session that was made in the outage is carried over an old one whose time is over by our clock only")
  func overExpired() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let manager = try SessionManager(
        primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(simulation.runtime)), Self.quick,
        runtime: simulation.runtime)
      let id = try SessionID("s")
      _ = try await manager.create(id, state: [1], lifetime: .seconds(1))
      let entry = try await store.entry(forKey: "session/s")
      try await store.write(
        [1], metadata: entry?.metadata ?? [:], forKey: "session/s", if: .always, lifetime: .seconds(100))
      try await simulation.runtime.sleep(for: .seconds(2))
      store.trouble.isAway = true
      _ = try await manager.create(id, state: [2])
      store.trouble.isAway = false
      try await simulation.runtime.sleep(for: .seconds(6))
      let read = try await manager.get(id)
      #expect(read.state == [2] && !read.isDegraded)
      #expect(manager.conflicts.isEmpty && manager.healthStatus().waitingForPrimary == 0)
    }
  }
}
