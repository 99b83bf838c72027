internal import NIOCore
internal import Resilience

/// The open connections of one server: counts them, and reaches them for the shutdown.
final class ServerConnections: Sendable {
  private struct State {
    var open: [ObjectIdentifier: NIOLoopBound<ServerConnection>] = [:]
    var accepted = 0
    var isDraining = false
    var emptied: Waiter<Void>?
  }

  private let limit: Int
  private let state = Lock(State())

  init(limit: Int) { self.limit = limit }

  var openCount: Int { self.state.withLock { $0.open.count } }
  var acceptedCount: Int { self.state.withLock { $0.accepted } }

  /// Adds a connection, on its event loop; `false` if there are too many or the server is closing.
  func add(_ connection: ServerConnection, eventLoop: any EventLoop) -> Bool {
    let bound = NIOLoopBound(connection, eventLoop: eventLoop)
    return self.state.withLock { state in
      guard !state.isDraining, state.open.count < self.limit else { return false }
      state.accepted += 1
      state.open[ObjectIdentifier(connection)] = bound
      return true
    }
  }

  func remove(_ connection: ServerConnection) {
    let emptied = self.state.withLock { state -> Waiter<Void>? in
      state.open[ObjectIdentifier(connection)] = nil
      return state.open.isEmpty ? state.emptied.take() : nil
    }
    emptied?.resolve(.success(()))
  }

  /// Lets every connection end after the request under way; gives something to wait for until all have ended.
  func drain() -> Waiter<Void> {
    let waiter = Waiter<Void>()
    let open = self.state.withLock { state in
      state.isDraining = true
      if !state.open.isEmpty { state.emptied = waiter }
      return Array(state.open.values)
    }
    if open.isEmpty { waiter.resolve(.success(())) }
    for connection in open { connection.onLoop { $0.drain() } }
    return waiter
  }

  /// Closes what is still open.
  func closeAll() {
    for connection in self.state.withLock({ Array($0.open.values) }) {
      connection.onLoop { connection in if let context = connection.context { connection.abort(context) } }
    }
  }
}
