internal import NIOCore
internal import NIOPosix
internal import Resilience

/// One of a client's places for a connection: opens it when somebody needs it, and again when it has ended.
///
/// Who comes while it is being opened waits for that one attempt. After a failure the next attempt waits for the
/// back-off, and after several the breaker, which all places share, refuses at once until its open time is over.
final class RedisLink: Sendable {
  private enum State {
    case idle(retryFrom: Instant, last: RedisError?)
    case connecting
    case connected(RedisConnection)
    case closed
  }

  private struct Core {
    var state = State.idle(retryFrom: .min, last: nil)
    var delays: BackoffGenerator
    /// Who waits while it is being opened; beside the state, so that one more is no copy of all.
    var waiters: ConnectionWaiters
    /// Why the last attempt to connect failed; nil after one that succeeded.
    var lastFailure: RedisError?
  }

  private enum Answer {
    case connection(RedisConnection)
    case wait(ReplySlot<RedisConnection>, begins: Bool)
    case refusal(RedisError)
  }

  private let connector: RedisConnector
  private let breaker: CircuitBreaker
  private let core: Lock<Core>

  init(_ connector: RedisConnector, _ breaker: CircuitBreaker) {
    self.connector = connector
    self.breaker = breaker
    self.core = Lock(
      Core(
        delays: BackoffGenerator(
          .exponential(initial: .milliseconds(20), max: .seconds(1)), jitter: .equal, runtime: .live),
        waiters: ConnectionWaiters(limit: connector.configuration.maxInFlight)))
  }

  private var server: String { self.connector.configuration.server }

  /// A connection that takes commands.
  func connection(until deadline: Instant) async throws(RedisError) -> RedisConnection {
    let now = Runtime.live.now()
    let (answer, last) = self.core.withLock { (self.answer(&$0, at: now), $0.lastFailure) }
    switch answer {
    case .connection(let connection): return connection
    case .refusal(let error): throw error
    case .wait(let slot, let begins):
      defer { self.core.withLock { $0.waiters.leave() } }
      if begins { self.begin() }
      let length = Duration.nanoseconds(max(0, deadline - now))
      // Whose time ends in the next attempt learns what the one before it has met.
      let late = last?.neverSent() ?? .timedOut("connecting", after: length, server: self.server, .neverSent)
      return try await self.wait(for: slot, until: deadline, late)
    }
  }

  private func answer(_ core: inout Core, at now: Instant) -> Answer {
    switch core.state {
    case .closed: return .refusal(.closed(server: self.server))
    case .connected(let connection) where connection.isOpen: return .connection(connection)
    case .connecting: return self.enter(&core, begins: false)
    case .idle(let retryFrom, let last?) where now < retryFrom:
      return .refusal(
        RedisError(
          last.kind, server: last.server, detail: last.detail, remedy: last.remedy, transmission: .neverSent,
          retryAfter: .nanoseconds(retryFrom - now)))
    case .idle, .connected: return self.enter(&core, begins: true)
    }
  }

  private func enter(_ core: inout Core, begins: Bool) -> Answer {
    guard let slot = core.waiters.enter() else {
      return .refusal(.overloaded(core.waiters.limit, server: self.server))
    }
    core.state = .connecting
    return .wait(slot, begins: begins)
  }

  /// Whoever gives up leaves the attempt to the others, and to the next one.
  private func wait(
    for slot: ReplySlot<RedisConnection>, until deadline: Instant, _ late: RedisError
  ) async throws(RedisError) -> RedisConnection {
    let wait = TimeAmount.nanoseconds(max(0, deadline - Runtime.live.now()))
    let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: wait) {
      _ = slot.resolve(.failure(late))
    }
    defer { timer.cancel() }
    return try await slot.wait(cancelled: .cancelled(server: self.server, .neverSent))
  }

  private func begin() {
    Runtime.live.spawn {
      let result: Result<RedisConnection, RedisError>
      do {
        let connection = try await self.breaker.run { try await self.connector.connect() }
        result = .success(connection)
      } catch let error as RedisError {
        result = .failure(error)
      } catch let rejection as Rejection {
        result = .failure(self.refused(rejection))
      } catch {
        result = .failure(.unreachable(error, server: self.server))
      }
      self.settle(result)
    }
  }

  private func refused(_ rejection: Rejection) -> RedisError {
    let cause = rejection.lastCause as? RedisError
    return RedisError(
      cause?.kind ?? .unreachable, server: self.server,
      detail: cause?.detail ?? "Several attempts to connect have failed.",
      remedy: cause?.remedy ?? "Check that the server runs and can be reached from here.", transmission: .neverSent,
      retryAfter: rejection.retryAfter ?? .milliseconds(50))
  }

  private func settle(_ result: Result<RedisConnection, RedisError>) {
    let (slots, isClosed) = self.core.withLock { core -> ([ReplySlot<RedisConnection>], Bool) in
      guard case .connecting = core.state else { return ([], true) }
      switch result {
      case .success(let connection):
        core.delays.reset()
        core.lastFailure = nil
        core.state = .connected(connection)
      case .failure(let error):
        core.lastFailure = error
        let delay = max(core.delays.next(), error.retryAfter ?? .zero)
        core.state = .idle(retryFrom: Runtime.live.now() + delay.nanoseconds, last: error)
      }
      return (core.waiters.takeAll(), false)
    }
    if isClosed, case .success(let connection) = result { connection.close() }
    for slot in slots { slot.resolve(result) }
  }

  /// Whether a connection is open now.
  var isConnected: Bool {
    self.core.withLock { if case .connected(let connection) = $0.state { connection.isOpen } else { false } }
  }

  var inFlight: Int {
    get async {
      let connection = self.core.withLock { core -> RedisConnection? in
        if case .connected(let connection) = core.state { connection } else { nil }
      }
      return await connection?.inFlight ?? 0
    }
  }

  /// Opens no more connections, and ends the one that is open when its commands are answered.
  func close(within limit: Duration) async {
    let (connection, slots) = self.core.withLock { core -> (RedisConnection?, [ReplySlot<RedisConnection>]) in
      defer { core.state = .closed }
      switch core.state {
      case .connected(let connection): return (connection, [])
      case .connecting: return (nil, core.waiters.takeAll())
      case .idle, .closed: return (nil, [])
      }
    }
    for slot in slots { slot.resolve(.failure(.closed(server: self.server))) }
    await connection?.close(within: limit)
  }
}
