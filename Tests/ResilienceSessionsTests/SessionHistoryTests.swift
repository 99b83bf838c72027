import Foundation
import Resilience
import ResilienceInterfaces
import ResilienceSessions
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Concurrent histories of several instances over one primary store, checked per session.
///
/// `SESSION_HISTORIES="FROM COUNT"` runs other seeds and as many as wanted: `Scripts/soak` does so 1,000 times.
@Suite("Histories of sessions")
struct SessionHistoryTests {
  private static var seeds: [UInt64] {
    let words = (ProcessInfo.processInfo.environment["SESSION_HISTORIES"] ?? "").split(separator: " ")
    let numbers = words.compactMap { UInt64($0) }
    // 37: a deletion whose answer was lost came again, and removed the session that was made in between.
    guard numbers.count == 2 else { return Array(0..<20) + [37] }
    return Array(numbers[0]..<(numbers[0] + numbers[1]))
  }

  private final class World: Sendable {
    static let operations = 2_000
    static let sessions = 40
    static let clients = 5
    let runtime: Runtime
    let store: UnreliableStore
    let histories = Lock<[[SessionHistory.Call]]>(Array(repeating: [], count: World.sessions))
    let token = Lock(0)

    init(_ runtime: Runtime) {
      self.runtime = runtime
      self.store = UnreliableStore(on: runtime)
    }

    func draw(_ count: Int) -> Int { Int(self.runtime.random() % UInt64(count)) }

    func request() -> SessionHistory.Request {
      let token = self.token.withLock { token in
        token += 1
        return token
      }
      switch self.draw(10) {
      case 0: return .create(token: token)
      case 1...4: return .get
      case 5...6: return .update(token: token, expecting: nil)
      case 7...8: return .update(token: token, expecting: Int64(1 + self.draw(4)))
      default: return .delete
      }
    }

    static func token(_ state: [UInt8]) -> Int { state.reduce(0) { $0 << 8 | Int($1) } }
    static func state(_ token: Int) -> [UInt8] {
      [UInt8(token >> 16 & 255), UInt8(token >> 8 & 255), UInt8(token & 255)]
    }

    func send(
      _ request: SessionHistory.Request, _ id: SessionID, _ manager: SessionManager
    ) async -> SessionHistory.Reply {
      func done(_ session: Session) -> SessionHistory.Reply {
        .done(version: session.version, token: Self.token(session.state))
      }
      do {
        switch request {
        case .create(let token): return done(try await manager.create(id, state: Self.state(token)))
        case .get: return done(try await manager.get(id))
        case .update(let token, let expected):
          return done(try await manager.update(id, expecting: expected) { $0.state = Self.state(token) })
        case .delete:
          try await manager.delete(id)
          return .deleted
        }
      } catch let error as SessionError {
        switch error.kind {
        case .notFound: return .missing
        case .alreadyExists: return .exists
        case .concurrentAccess: return error.currentVersion == nil ? .unknown : .conflict
        default: return .unknown
        }
      } catch {
        return .unknown
      }
    }

    func client(_ manager: SessionManager) async throws {
      for _ in 0..<(Self.operations / Self.clients) {
        let number = self.draw(Self.sessions)
        let id = try SessionID("s\(number)")
        let request = self.request()
        let began = self.runtime.now()
        let reply = await self.send(request, id, manager)
        let call = SessionHistory.Call(request: request, reply: reply, began: began, ended: self.runtime.now())
        self.histories.withLock { $0[number].append(call) }
        if self.draw(3) == 0 { try await self.runtime.sleep(for: .milliseconds(self.draw(20))) }
      }
    }
  }

  @Test("R8.2 2,000 operations of five clients on three instances are linearizable for each session, in every world")
  func linearizable() throws {
    for seed in Self.seeds {
      let simulation = Simulation(seed: seed)
      let world = World(simulation.runtime)
      try simulation.run {
        let settings = SessionManager.Configuration(
          retry: .init(maxAttempts: 4, backoff: .constant(.milliseconds(10))),
          circuitBreaker: .init(consecutiveFailures: 50, openDuration: .milliseconds(100)))
        let managers = try (0..<3).map { _ in
          try SessionManager(primary: world.store, settings, runtime: simulation.runtime)
        }
        world.store.trouble = .init(losesRequest: 0.05, losesAnswer: 0.05, delay: .milliseconds(8))
        try await withThrowingTaskGroup(of: Void.self) { group in
          for client in 0..<World.clients { group.addTask { try await world.client(managers[client % 3]) } }
          try await group.waitForAll()
        }
      }
      for calls in world.histories.withLock({ $0 }) {
        if !SessionHistory(calls: calls).isLinearizable {
          Issue.record("seed \(seed) is not linearizable: \(calls.map { "\($0)" }.joined(separator: "\n"))")
          return
        }
      }
    }
  }

  @Test("R8.2 the checker itself finds a stale reading, a lost change and a version given twice")
  func checker() {
    func history(_ calls: [(SessionHistory.Request, SessionHistory.Reply, Instant, Instant)]) -> Bool {
      SessionHistory(calls: calls.map { .init(request: $0.0, reply: $0.1, began: $0.2, ended: $0.3) }).isLinearizable
    }
    let create = (
      SessionHistory.Request.create(token: 1), SessionHistory.Reply.done(version: 1, token: 1), Instant(0), Instant(1)
    )
    let update = (
      SessionHistory.Request.update(token: 2, expecting: nil), SessionHistory.Reply.done(version: 2, token: 2),
      Instant(2), Instant(5)
    )
    #expect(history([create, update, (.get, .done(version: 1, token: 1), 3, 4)]))
    #expect(history([create, update, (.get, .done(version: 2, token: 2), 3, 4)]))
    #expect(!history([create, update, (.get, .done(version: 1, token: 1), 6, 7)]))
    #expect(!history([create, update, (.get, .missing, 6, 7)]))
    #expect(
      !history([create, update, (.update(token: 3, expecting: nil), .done(version: 2, token: 3), 2, 5)]))
    #expect(
      history([create, (.update(token: 3, expecting: nil), .unknown, 2, 3), (.get, .done(version: 1, token: 1), 4, 5)]))
    #expect(
      history([create, (.update(token: 3, expecting: nil), .unknown, 2, 3), (.get, .done(version: 2, token: 3), 4, 5)]))
  }
}
