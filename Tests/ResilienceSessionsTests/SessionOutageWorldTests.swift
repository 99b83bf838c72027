import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import SessionHistories
import Testing

@testable import ResilienceSessions

/// Outages, lost answers and kills at random: what was acknowledged is somewhere afterwards.
@Suite("Outages of the session store")
struct SessionOutageWorldTests {
  /// What was acknowledged, by session.
  private struct Ledger: Sendable {
    var tokens: [SessionID: [UInt16]] = [:]
    var next: UInt16 = 0
  }

  private final class World: Sendable {
    let simulation: Simulation
    let store: UnreliableStore
    let ledger = Lock(Ledger())
    let ids: [SessionID]

    init(_ simulation: Simulation) throws {
      self.simulation = simulation
      self.store = UnreliableStore(on: simulation.runtime)
      self.ids = try (0..<6).map { try SessionID("s\($0)") }
    }

    /// A deletion that nobody heard of may have happened all the same, so only some sessions are deleted at all.
    func isDeletable(_ id: SessionID) -> Bool { id == self.ids[0] || id == self.ids[1] }

    func draw(_ count: Int) -> Int { Int(self.simulation.random() % UInt64(count)) }

    static func bytes(_ token: UInt16) -> [UInt8] { [UInt8(token >> 8), UInt8(token & 255)] }
    static func tokens(_ state: [UInt8]) -> [UInt16] {
      stride(from: 0, to: state.count - 1, by: 2).map { UInt16(state[$0]) << 8 | UInt16(state[$0 + 1]) }
    }

    /// One operation; what is acknowledged goes into the ledger.
    func act(_ manager: SessionManager) async {
      let id = self.ids[self.draw(self.ids.count)]
      let token = self.ledger.withLock { ledger in
        ledger.next += 1
        return ledger.next
      }
      do {
        switch self.draw(12) {
        case 0 where self.isDeletable(id): try await manager.delete(id)
        case 1...3:
          _ = try await manager.create(id, state: Self.bytes(token))
          self.ledger.withLock { $0.tokens[id, default: []].append(token) }
        case 4: _ = try await manager.get(id)
        default:
          try await manager.update(id) { $0.state += Self.bytes(token) }
          self.ledger.withLock { $0.tokens[id, default: []].append(token) }
        }
      } catch {
        return
      }
    }

    /// One instance of the service, killed now and then: its journal is all that stays.
    func instance() async throws {
      let journal = InMemoryKeyValueStore(clock: StoreClock(self.simulation.runtime))
      for _ in 0..<4 {
        let manager = try self.manager(journal)
        await withTaskGroup(of: Void.self) { group in
          group.addTask { await manager.run() }
          for _ in 0..<2 {
            group.addTask {
              for _ in 0..<15 {
                if Task.isCancelled { return }
                await self.act(manager)
                try? await self.simulation.runtime.sleep(for: .milliseconds(self.draw(3_000)))
              }
            }
          }
          try? await self.simulation.runtime.sleep(for: .seconds(5 + self.draw(30)))
          group.cancelAll()
        }
      }
      try await self.settle(journal)
    }

    func manager(_ journal: InMemoryKeyValueStore) throws -> SessionManager {
      try SessionManager(
        primary: self.store, fallback: journal,
        .init(
          lifetime: nil, retry: .init(maxAttempts: 2, backoff: .constant(.milliseconds(50))),
          circuitBreaker: .init(consecutiveFailures: 3, openDuration: .seconds(3), successThreshold: 1)),
        runtime: self.simulation.runtime)
    }

    /// After the last outage everything is carried over; what cannot be is a conflict.
    private func settle(_ journal: InMemoryKeyValueStore) async throws {
      let manager = try self.manager(journal)
      while true {
        try await self.simulation.runtime.sleep(for: .seconds(10))
        guard !self.store.trouble.isAway, (try? await manager.reconcile()) != nil else { continue }
        break
      }
      for conflict in manager.conflicts { self.keep(conflict) }
    }

    let kept = Lock<[SessionID: [UInt16]]>([:])
    func keep(_ conflict: SessionConflict) {
      self.kept.withLock { $0[conflict.session, default: []] += Self.tokens(conflict.ours?.state ?? []) }
    }

    func weather() async throws {
      for _ in 0..<8 {
        self.store.trouble = .init(losesRequest: 0.05, losesAnswer: 0.05, delay: .milliseconds(200))
        try await self.simulation.runtime.sleep(for: .seconds(3 + self.draw(20)))
        self.store.trouble = .init(isAway: true)
        try await self.simulation.runtime.sleep(for: .seconds(1 + self.draw(20)))
      }
      self.store.trouble = .init()
    }
  }

  @Test("R8.2 nothing that was acknowledged is lost by outages, lost answers and kills, in 300 worlds")
  func nothingLost() throws {
    var carried = 0
    var conflicts = 0
    try withEvery(seeds: 300) { simulation in
      let world = try World(simulation)
      try simulation.run {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await world.weather() }
          for _ in 0..<2 { group.addTask { try await world.instance() } }
          try await group.waitForAll()
        }
      }
      let ledger = world.ledger.withLock { $0 }
      let kept = world.kept.withLock { $0 }
      conflicts += kept.values.reduce(0) { $0 + $1.count }
      for (id, tokens) in ledger.tokens where !world.isDeletable(id) {
        let there = try simulation.run { try await world.store.memory.entry(forKey: "session/\(id)") }
        let found = Set(World.tokens(there?.value ?? []) + (kept[id] ?? []))
        for token in tokens where !found.contains(token) { throw Lost(session: id, token: token) }
        carried += tokens.count
      }
    }
    #expect(carried > 1_000, "the worlds show something")
    #expect(conflicts > 0, "both sides did change the same sessions")
  }

  private struct Lost: Error {
    let session: SessionID
    let token: UInt16
  }
}
