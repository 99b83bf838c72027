public import Resilience
internal import Synchronization

/// Speaks to one Redis or Valkey: commands from any number of tasks over few connections.
///
/// Connects when the first command comes and again by itself, with back-off and a breaker in front of it. A command
/// that the server cannot have seen is repeated within its time, one that it may have seen only if that does no harm
/// (`RedisCommand.isRepeatable`). A server's refusal is thrown as a `RedisError` that says what to do. Both versions of
/// the protocol, users and passwords, TLS; no clusters: their redirections become an error that says so.
///
/// Commands of different tasks share connections, so nothing that belongs to a connection may be sent: no SELECT, no
/// MULTI, no blocking command. For several steps at once send a script. Cost: about 20 µs around a round trip; ten
/// thousands of commands may be under way at a time.
public final class RedisClient: Sendable {
  /// Where the server is, and how it is spoken to.
  public let configuration: RedisConfiguration
  private let connector: RedisConnector
  private let links: [RedisLink]
  private let next = Atomic<Int>(0)
  private let retry: Retry
  let digests = Lock<[String: String]>([:])

  /// Makes a client; connects with the first command.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense, and files of TLS that cannot be used.
  public init(_ configuration: RedisConfiguration) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("Redis", problems) }
    self.configuration = configuration
    do throws(RedisError) {
      self.connector = try RedisConnector(configuration)
    } catch {
      throw InvalidConfiguration("Redis", [.init("tls", found: error.detail, allowed: error.remedy)])
    }
    let breaker = CircuitBreaker(
      "redis",
      CircuitBreaker.Configuration(
        consecutiveFailures: 5, openDuration: .seconds(1), permittedProbes: 1, successThreshold: 1))
    let connector = self.connector
    self.links = (0..<configuration.connections).map { _ in RedisLink(connector, breaker) }
    self.retry = Retry(
      Retry.Configuration(
        maxAttempts: 100, backoff: .exponential(initial: .milliseconds(5), max: .milliseconds(250)), jitter: .equal,
        maxRetryAfter: .seconds(2),
        isRetryable: { error in
          guard let error = error as? RedisError else { return false }
          return error.isPassing || error.kind == .timedOut && error.transmission == .neverSent
        }))
  }

  /// Whether a connection is open at this moment; none before the first command.
  public var isConnected: Bool { self.links.contains { $0.isConnected } }

  /// Sends a command and waits for its answer.
  ///
  /// - Parameters:
  ///   - command: What to do.
  ///   - timeout: How long it may take; nil is the configuration's. The task's own deadline bounds it as well.
  /// - Throws: `RedisError`, also for what the server refuses.
  @discardableResult
  public func send(
    _ command: RedisCommand, timeout: Duration? = nil
  ) async throws(RedisError) -> RESPValue {
    try await self.attempt(command.name, command.isRepeatable, timeout) {
      [server = self.configuration.server] connection, deadline throws(RedisError) in
      let answer = try await connection.send(command, until: deadline)
      if case .error(let error) = answer { throw RedisError(error, to: command.name, server: server) }
      return answer
    }
  }

  /// Sends commands in a row over one connection and waits for all answers; refusals are values among them.
  ///
  /// Others' commands do not come between them on the way, but may on the server: it is no transaction.
  /// - Throws: `RedisError` if the answers do not come; then some may have been carried out.
  public func send(
    _ commands: [RedisCommand], timeout: Duration? = nil
  ) async throws(RedisError) -> [RESPValue] {
    guard let first = commands.first else { return [] }
    return try await self.attempt(first.name, commands.allSatisfy(\.isRepeatable), timeout) {
      connection, deadline throws(RedisError) in
      try await connection.send(commands, until: deadline)
    }
  }

  /// Takes no more commands and ends the connections: when those under way are answered, at the latest after the limit.
  public func close(within limit: Duration = .seconds(5)) async {
    await withTaskGroup(of: Void.self) { group in
      for link in self.links { group.addTask { await link.close(within: limit) } }
    }
  }

  /// One call with its repetitions, all of them within its time.
  func attempt<Value: Sendable>(
    _ name: String, _ isRepeatable: Bool, _ timeout: Duration?,
    _ body: (RedisConnection, Instant) async throws(RedisError) -> Value
  ) async throws(RedisError) -> Value {
    let length = timeout ?? self.configuration.timeout
    let now = Runtime.live.now()
    var context = Context(.live, operation: name, deadline: .current, isIdempotent: isRepeatable)
    context.deadline = min(context.deadline, now + max(.zero, length).nanoseconds)
    let deadline = context.deadline
    let link = self.links[self.next.wrappingAdd(1, ordering: .relaxed).newValue % self.links.count]
    // One attempt whose answer was lost may have arrived, whatever becomes of those after it.
    var isUnsure = false
    do {
      return try await self.retry.execute(in: context) { _ in
        do {
          return try await body(try await link.connection(until: deadline), deadline)
        } catch {
          if (error as? RedisError)?.transmission == .unknown { isUnsure = true }
          throw error
        }
      }
    } catch let error as RedisError {
      throw isUnsure && error.transmission == .neverSent ? error.with(.unknown) : error
    } catch is CancellationError {
      throw .cancelled(server: self.configuration.server, isUnsure ? .unknown : .neverSent)
    } catch {
      throw RedisError(
        .refused, server: self.configuration.server, detail: "\(name) failed: \(error).",
        remedy: "Look at the server's log.", transmission: .unknown)
    }
  }

  /// How many commands are under way.
  var inFlight: Int {
    get async {
      var count = 0
      for link in self.links { count += await link.inFlight }
      return count
    }
  }

  /// A connection of its own, for a subscriber.
  func makeConnection() async throws(RedisError) -> RedisConnection { try await self.connector.connect() }
}
