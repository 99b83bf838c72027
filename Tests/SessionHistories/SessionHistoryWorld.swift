package import Resilience
package import ResilienceInterfaces
import ResilienceSessions

/// Clients of three instances that work the same sessions over one store, which loses requests and answers.
///
/// Keeps what each heard, per session, for the checker.
package final class SessionHistoryWorld: Sendable {
  private let operations: Int
  private let sessions: Int
  private let clients: Int
  private let prefix: String
  private let runtime: Runtime
  package let store: UnreliableStore
  private let called: Lock<[[SessionHistory.Call]]>
  private let token = Lock(0)

  /// - Parameters:
  ///   - runtime: Where time and chance come from.
  ///   - store: What really keeps the sessions; nil: memory.
  ///   - operations: How many in all.
  ///   - sessions: On how many sessions.
  ///   - prefix: What the sessions' ids begin with.
  package init(
    _ runtime: Runtime, over store: (any KeyValueStore)? = nil, operations: Int = 2_000, sessions: Int = 40,
    prefix: String = "s"
  ) {
    self.runtime = runtime
    self.operations = operations
    self.sessions = sessions
    self.clients = 5
    self.prefix = prefix
    self.store = UnreliableStore(on: runtime, over: store)
    self.called = Lock(Array(repeating: [], count: sessions))
  }

  /// What was heard, session by session.
  package var histories: [[SessionHistory.Call]] { self.called.withLock { $0 } }

  /// Lets all clients do their share.
  package func run(delay: Duration = .milliseconds(8)) async throws {
    let settings = SessionManager.Configuration(
      retry: .init(maxAttempts: 4, backoff: .constant(.milliseconds(10))),
      circuitBreaker: .init(consecutiveFailures: 50, openDuration: .milliseconds(100)))
    let managers = try (0..<3).map { _ in
      try SessionManager(primary: self.store, settings, runtime: self.runtime)
    }
    self.store.trouble = .init(losesRequest: 0.05, losesAnswer: 0.05, delay: delay)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<self.clients { group.addTask { try await self.client(managers[client % 3]) } }
      try await group.waitForAll()
    }
  }

  private func draw(_ count: Int) -> Int { Int(self.runtime.random() % UInt64(count)) }

  private func request() -> SessionHistory.Request {
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

  private static func token(_ state: [UInt8]) -> Int { state.reduce(0) { $0 << 8 | Int($1) } }
  private static func state(_ token: Int) -> [UInt8] {
    [UInt8(token >> 16 & 255), UInt8(token >> 8 & 255), UInt8(token & 255)]
  }

  private func send(
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

  private func client(_ manager: SessionManager) async throws {
    for _ in 0..<(self.operations / self.clients) {
      let number = self.draw(self.sessions)
      let id = try SessionID("\(self.prefix)\(number)")
      let request = self.request()
      let began = self.runtime.now()
      let reply = await self.send(request, id, manager)
      let call = SessionHistory.Call(request: request, reply: reply, began: began, ended: self.runtime.now())
      self.called.withLock { $0[number].append(call) }
      if self.draw(3) == 0 { try await self.runtime.sleep(for: .milliseconds(self.draw(20))) }
    }
  }
}
