import NIOCore
import NIOHTTP1
import NIOPosix
import Resilience

/// A real HTTP server on loopback that follows a script: one behaviour per request, the last one repeats.
final class TestServer: Sendable {
  struct State {
    var script: [Behaviour]
    var requests: [SeenRequest] = []
    var connectionsMade = 0
    var openConnections = 0
    var inFlight = 0
    var mostInFlight = 0
    var held: [@Sendable () -> Void] = []
    var isReleased = false
    var waiters: [Waiter] = []
  }

  struct Waiter {
    let condition: @Sendable (State) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private let shared: SharedState
  private let listener: any Channel
  let port: Int

  /// Listens on a free port, or on a socket that is bound already.
  init(_ script: [Behaviour], on socket: CInt? = nil) throws {
    let state = SharedState(Lock(State(script: script)))
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 64)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(TestServerHandler(state))
        }
      }
    let binding = socket.map { bootstrap.withBoundSocket($0) } ?? bootstrap.bind(host: "127.0.0.1", port: 0)
    self.listener = try binding.wait()
    self.port = self.listener.localAddress?.port ?? 0
    self.shared = state
  }

  var url: String { "http://127.0.0.1:\(self.port)" }
  var requests: [SeenRequest] { self.shared.read { $0.requests } }
  var openConnections: Int { self.shared.read { $0.openConnections } }
  var connectionsMade: Int { self.shared.read { $0.connectionsMade } }
  var mostInFlight: Int { self.shared.read { $0.mostInFlight } }

  /// Answers everything that is held, and holds nothing more.
  func release() {
    let held = self.shared.change { state in
      state.isReleased = true
      defer { state.held = [] }
      return state.held
    }
    for answer in held { answer() }
  }

  /// Returns as soon as the condition holds.
  func until(_ condition: @escaping @Sendable (State) -> Bool) async { await self.shared.until(condition) }

  func stop() { self.listener.close(promise: nil) }

  deinit { self.listener.close(promise: nil) }
}

/// The server's state, which wakes whoever waits for a condition on it.
final class SharedState: Sendable {
  private let state: Lock<TestServer.State>

  init(_ state: consuming Lock<TestServer.State>) { self.state = state }

  func read<Value>(_ body: (TestServer.State) -> Value) -> Value { self.state.withLock { body($0) } }

  func change<Value>(_ body: (inout TestServer.State) -> Value) -> Value {
    let (value, woken) = self.state.withLock { state in
      let value = body(&state)
      let current = state
      let woken = state.waiters.filter { $0.condition(current) }
      state.waiters.removeAll { $0.condition(current) }
      return (value, woken)
    }
    for waiter in woken { waiter.continuation.resume() }
    return value
  }

  func until(_ condition: @escaping @Sendable (TestServer.State) -> Bool) async {
    await withCheckedContinuation { continuation in
      self.change { $0.waiters.append(.init(condition: condition, continuation: continuation)) }
    }
  }
}
