import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceSessions

@Suite("Many sessions at once")
struct SessionListingTests {
  @Test("R8.1 a long page of a slow store comes within the time of one operation, whole and in order")
  func slowStore() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = ScriptedStore(on: runtime, reading: .milliseconds(500))
      let manager = try SessionManager(primary: store, runtime: runtime)
      let ids = try (100..<200).map { try SessionID("s\($0)") }
      for id in ids { _ = try await manager.create(id) }
      let began = runtime.now()
      let page = try await manager.list(limit: 100)
      #expect(page.isComplete && page.sessions.map(\.id) == ids)
      // 7 rounds of 16; one after the other they would take 50 s, and the store may take 10.
      #expect(runtime.now() - began == 3_500_000_000)
    }
  }

  @Test("R8.4 who lists waits for a page of a cleaning at most, not for all of it")
  func cleaning() throws {
    let simulation = Simulation()
    try simulation.run {
      let runtime = simulation.runtime
      let store = ScriptedStore(on: runtime, cleaning: (length: .seconds(4), full: 5))
      let manager = try SessionManager(primary: store, runtime: runtime)
      _ = try await manager.create()
      try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask { try await manager.cleanUpExpired() }
        try await runtime.sleep(for: .seconds(1))
        let page = try await manager.list()
        #expect(page.sessions.count == 1)
        #expect(try await group.next() == 2_500)
      }
    }
  }
}
