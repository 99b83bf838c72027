import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import SessionHistories
import Testing

@testable import ResilienceSessions

@Suite("What a session manager tells of its work")
struct SessionActivityTests {
  private static func manager(
    _ simulation: Simulation, _ store: UnreliableStore, _ noted: Shared<[SessionActivity]>
  ) throws -> SessionManager {
    try SessionManager(
      primary: store, fallback: InMemoryKeyValueStore(clock: StoreClock(simulation.runtime)),
      SessionManager.Configuration(
        maxWait: .seconds(2), operationTimeout: .seconds(60), retry: .init(maxAttempts: 1),
        circuitBreaker: .init(consecutiveFailures: 2, openDuration: .seconds(5), successThreshold: 1)),
      runtime: simulation.runtime, noted: { activity in noted.withLock { $0.append(activity) } })
  }

  private static func endings(_ noted: Shared<[SessionActivity]>) -> [String] {
    noted.withLock { $0 }.compactMap { activity in
      guard case .ended(let operation, let outcome, _) = activity else { return nil }
      return "\(operation.rawValue) \(outcome.rawValue)"
    }
  }

  @Test("R8.9 each operation is told once, with how it ended for its caller")
  func endings() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let noted = Shared<[SessionActivity]>([])
      let manager = try Self.manager(simulation, store, noted)
      let id = try SessionID("s1")
      _ = try await manager.create(id)
      await #expect(throws: SessionError.self) { try await manager.create(id) }
      _ = try await manager.get(id)
      await #expect(throws: SessionError.self) { try await manager.get(try SessionID("s2")) }
      await #expect(throws: SessionError.self) { try await manager.update(id, expecting: 7) { $0.state = [1] } }
      await #expect(throws: Trouble.self) { try await manager.update(id) { _ in throw Trouble() } }
      _ = try await manager.list()
      #expect(manager.activeSessions == 1)
      try await manager.delete(id)
      #expect(manager.activeSessions == 0)
      try await manager.cleanUpExpired()
      await manager.forceHealthCheck()
      #expect(
        Self.endings(noted) == [
          "create success", "create already_exists", "get success", "get not_found", "update conflict", "update error",
          "list success", "delete success", "cleanUp success", "check success",
        ])
    }
  }

  @Test("R8.2 what the fallback takes, what is carried over and what becomes a conflict is told")
  func outage() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let noted = Shared<[SessionActivity]>([])
      let manager = try Self.manager(simulation, store, noted)
      let other = try SessionManager(primary: store.memory, runtime: simulation.runtime)
      let (a, b) = (try SessionID("a"), try SessionID("b"))
      for id in [a, b] { _ = try await manager.create(id) }
      store.trouble.isAway = true
      for id in [a, b] { _ = try await manager.update(id) { $0.state = [1] } }
      #expect(manager.activeSessions == 2)
      try await other.update(b) { $0.state = [2] }
      store.trouble.isAway = false
      try await simulation.runtime.sleep(for: .seconds(6))
      try await manager.reconcile()
      let all = noted.withLock { $0 }
      #expect(all.count { $0 == .journalled } == 2)
      #expect(all.count { $0 == .reconciled(isConflict: false) } == 1)
      #expect(all.count { $0 == .reconciled(isConflict: true) } == 1)
      #expect(Self.endings(noted).count { $0 == "update fallback" } == 2)
      let conflict = try #require(manager.conflicts.first)
      let forms = try await manager.conflict(conflict.id)
      #expect(forms.conflict == conflict && forms.theirs?.state == [2] && forms.conflict.ours?.state == [1])
      let gone = await #expect(throws: SessionError.self) { try await manager.conflict("none") }
      #expect(gone?.kind == .notFound)
    }
  }

  @Test("R8.4 who finds a session taken is told as having waited, whether it got it or gave up")
  func waits() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let noted = Shared<[SessionActivity]>([])
      let manager = try Self.manager(simulation, store, noted)
      let id = try SessionID("s1")
      _ = try await manager.create(id)
      let context = Context(simulation.runtime)
      for (length, isBusy) in [(1, false), (30, true)] {
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            try? await manager.locks.withLock(id.text, in: context) {
              try await simulation.runtime.sleep(for: .seconds(length))
            }
          }
          try? await simulation.runtime.sleep(for: .milliseconds(1))
          let began = simulation.runtime.now()
          let found = try? await manager.get(id)
          #expect((found == nil) == isBusy && simulation.runtime.now() > began)
          await group.waitForAll()
        }
      }
      let waits = noted.withLock { $0 }.compactMap { activity -> Bool? in
        if case .waited(let length, let gotIt) = activity, length > .zero { gotIt } else { nil }
      }
      #expect(waits == [true, false])
      #expect(Self.endings(noted) == ["create success", "get success", "get busy"])
    }
  }

  @Test("R8.2 a store that is back is noticed, although nobody asks for a session and nothing waits")
  func returns() throws {
    let simulation = Simulation()
    try simulation.run {
      let store = UnreliableStore(on: simulation.runtime)
      let noted = Shared<[SessionActivity]>([])
      let manager = try Self.manager(simulation, store, noted)
      let id = try SessionID("s1")
      store.trouble.isAway = true
      for _ in 0..<3 { _ = try? await manager.get(id) }
      #expect(manager.healthStatus().serving == .fallback)
      let counted = manager.healthStatus().operations
      let service = simulation.runtime.spawn { await manager.run() }
      try await simulation.runtime.sleep(for: .seconds(60))
      #expect(manager.healthStatus().serving == .fallback, "it is away still")
      store.trouble.isAway = false
      try await simulation.runtime.sleep(for: .seconds(20))
      #expect(manager.healthStatus().serving == .primary)
      #expect(manager.healthStatus().operations == counted, "looking is not counted as work")
      service.cancel()
      await service.value
    }
  }

  private struct Trouble: Error {}
}
