internal import Foundation
internal import Resilience

/// Listens to what other processes enqueue, over a connection of its own; only once somebody wants to know.
final class PostgreSQLListener: Sendable {
  private struct State {
    var listeners: [Int: (queue: String, continuation: AsyncStream<Void>.Continuation)] = [:]
    var next = 0
    var isRunning = false
    var isClosed = false
  }

  /// How long the thread waits before it looks whether it is still wanted, in nanoseconds.
  private static let turn: Int64 = 1_000_000_000

  private let configuration: PostgreSQLConfiguration
  private let reconnect: PostgreSQLReconnect
  private let state = Lock(State())

  init(_ configuration: PostgreSQLConfiguration, _ reconnect: PostgreSQLReconnect) {
    self.configuration = configuration
    self.reconnect = reconnect
  }

  /// An element for each hint, and whenever one may have been missed.
  func hints(for queue: String) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = self.state.withLock { state in
      if state.isClosed { return nil }
      state.next += 1
      state.listeners[state.next] = (queue, continuation)
      return state.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
    let begins = self.state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if begins {
      let thread = Thread { self.listen() }
      thread.name = "resilience-postgresql-hints"
      thread.start()
    }
    return stream
  }

  func close() {
    let all = self.state.withLock { state in
      state.isClosed = true
      defer { state.listeners = [:] }
      return state.listeners.values.map(\.continuation)
    }
    for continuation in all { continuation.finish() }
  }

  private func listen() {
    var session: PostgreSQLSession?
    while true {
      // Ends when nobody listens any more; the next who does starts another.
      let isOver = self.state.withLock { state in
        if state.isClosed || state.listeners.isEmpty { state.isRunning = false }
        return !state.isRunning
      }
      if isOver { return }
      do throws(PostgreSQLTrouble) {
        if session?.isUsable != true { session = try self.open() }
        if let found = try session?.notifications(until: Runtime.live.now() + Self.turn) { self.tell(found) }
      } catch {
        session = nil
        let now = Runtime.live.now()
        self.reconnect.failed(error.failure(self.configuration.location), at: now)
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  private func open() throws(PostgreSQLTrouble) -> PostgreSQLSession {
    let deadline = Runtime.live.now() + self.configuration.timeout.nanoseconds
    if let refusal = self.reconnect.refusal(at: Runtime.live.now()) { throw .known(refusal) }
    let session = try PostgreSQLSession.open(self.configuration, until: deadline)
    let rows = try session.run(
      [PostgreSQLQuery("SELECT 'resilience_' || md5(current_schema())")], until: deadline)
    let channel = try rows.first?.first?.text(0) ?? ""
    _ = try session.run([PostgreSQLQuery("LISTEN \(PostgreSQLSession.quoted(channel))")], until: deadline)
    // Whatever was told while nobody listened is missed: everybody looks once.
    for listener in self.state.withLock({ Array($0.listeners.values) }) { listener.continuation.yield() }
    return session
  }

  private func tell(_ queues: [String]) {
    guard !queues.isEmpty else { return }
    let told = Set(queues)
    for listener in self.state.withLock({ Array($0.listeners.values) }) where told.contains(listener.queue) {
      listener.continuation.yield()
    }
  }
}
