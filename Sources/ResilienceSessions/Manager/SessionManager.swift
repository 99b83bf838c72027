public import Resilience
public import ResilienceInterfaces

/// Keeps sessions in a primary store, and goes on in a fallback while that is away.
///
/// Every operation on one session waits for its turn (one lock for each session in use), so that a process never
/// races with itself; between processes versions decide. While the primary store is away, sessions that this process
/// has seen lately are read from memory, and changes are written to the fallback: durable if its store is. When the
/// primary is back, each change is carried over at the next access to its session, or by `run()`; see
/// `SessionConflict` for what happens if both sides have changed.
/// ```swift
/// let sessions = try SessionManager(primary: redis, fallback: sqlite)
/// let session = try await sessions.create(state: Array(json))
/// try await sessions.update(session.id) { $0.attributes["step"] = "paid" }
/// ```
/// Cost: the store's own, a lock and a breaker around it, and one more reading before each change.
public final class SessionManager: Sendable {
  /// The settings.
  public let configuration: Configuration
  let primary: PrimaryStore
  let journal: SessionJournal?
  let locks: SessionLocks
  let registry: SessionLocks
  let remembered: Lock<RecencyStore<SessionID, Session>>
  let runtime: Runtime
  let clock: StoreClock
  let told: @Sendable (SessionEvent) -> Void
  let noted: @Sendable (SessionActivity) -> Void

  /// Makes a manager.
  ///
  /// - Parameters:
  ///   - primary: Where sessions live; shared by all instances of a service.
  ///   - fallback: Where changes are kept while the primary store is away: a store of this process alone. Give a
  ///     durable one (SQLite), or a kill during an outage loses what was written in it. Nil: no fallback; operations
  ///     fail with `serviceUnavailable`.
  ///   - configuration: The settings.
  ///   - runtime: Where time and chance come from.
  ///   - observer: Hears what breaker and retry decide.
  ///   - told: Hears what happens to the service as a whole; called on the operation's task: return at once.
  ///   - noted: Hears of every operation, for metrics; called on the operation's task: return at once.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public init(
    primary: any KeyValueStore, fallback: (any KeyValueStore)? = nil, _ configuration: Configuration = .init(),
    runtime: Runtime = .live, observer: (any Observer)? = nil,
    told: @escaping @Sendable (SessionEvent) -> Void = { _ in },
    noted: @escaping @Sendable (SessionActivity) -> Void = { _ in }
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("sessions", problems) }
    self.configuration = configuration
    self.runtime = runtime
    self.clock = StoreClock(runtime)
    self.told = told
    self.noted = noted
    self.primary = PrimaryStore(primary, configuration, clock: self.clock, observer: observer, told: told)
    self.journal = fallback.map { SessionJournal($0, limit: configuration.maxJournalled) }
    self.locks = SessionLocks(maxWait: configuration.maxWait, maxQueue: configuration.maxQueue)
    self.registry = SessionLocks(maxWait: configuration.maxWait, maxQueue: configuration.maxQueue)
    self.remembered = Lock(
      RecencyStore(maxAge: .max, maxEntries: configuration.maxRemembered, maxCost: 64 << 20))
  }

  /// The breaker around the primary store, for registries, overrides and explanations.
  public var circuitBreaker: CircuitBreaker { self.primary.breaker }

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - id: Its name; nil makes a new one of 128 random bits.
  ///   - state: What it holds.
  ///   - attributes: Small facts for lists and filters.
  ///   - lifetime: How long it lives after each change; nil takes the settings' one, as it is at the change.
  ///   - context: What is known of the call.
  /// - Throws: `SessionError`: `alreadyExists`, `invalid`, `serviceUnavailable`, `concurrentAccess`. With an id that
  ///   was given, `serviceUnavailable` also where the store's answer was lost and the session is not there: it may not
  ///   have arrived, or somebody may have deleted it since, and it is not brought back. Call again to decide.
  /// - Returns: The session, of version 1.
  public func create(
    _ id: SessionID? = nil, state: [UInt8] = [], attributes: [String: String] = [:], lifetime: Duration? = nil,
    in context: Context? = nil
  ) async throws -> Session {
    let isOwnName = id == nil
    let id = id ?? SessionID(random: self.runtime.random(), self.runtime.random())
    let now = self.clock.now
    let own = lifetime.map { max(1, $0.milliseconds) }
    let session = Session(
      id: id, version: 1, state: state, attributes: attributes, created: now, updated: now,
      expires: self.end(from: now, own), lifetime: own)
    try self.check(session, .create)
    return try await self.change(id, .create, in: context, isOwnName: isOwnName) { found in
      if found != nil {
        throw SessionError(
          .alreadyExists, id, .create, "there is a session with this id already: update it, or take another id")
      }
      return session
    } ?? session
  }

  /// Reads a session.
  ///
  /// - Throws: `SessionError`: `notFound`, `serviceUnavailable` (the primary store is away, and this process has not
  ///   seen the session lately), `storageCorrupted`, `concurrentAccess`.
  public func get(_ id: SessionID, in context: Context? = nil) async throws -> Session {
    let context = context ?? Context(self.runtime)
    return try await self.access(id, .get, in: context) {
      try await (self.readPrimary(id, .get, context)?.record.session).orNotFound(id, .get)
    } onFallback: { away in
      try self.readFallback(id, .get, away).orNotFound(id, .get)
    }
  }

  /// Changes a session.
  ///
  /// - Parameters:
  ///   - id: Which.
  ///   - version: The version that the change is made on; nil: whichever is there, and if another process is faster,
  ///     the change is applied again to what it wrote.
  ///   - lifetime: How long it lives from now and after each further change; nil: as it was said for this session
  ///     before, else as the settings say.
  ///   - context: What is known of the call.
  ///   - body: Changes state and attributes. It holds the session's lock, so it returns at once; it may run again.
  /// - Throws: `SessionError`: `notFound`, `concurrentAccess` (with the version that is there now), `invalid`,
  ///   `serviceUnavailable` (also where the context's deadline passed before the store had answered: then the change
  ///   may have been made), `storageCorrupted`; the body's own error, and then nothing is changed.
  /// - Returns: The session as it is now.
  @discardableResult
  public func update(
    _ id: SessionID, expecting version: Int64? = nil, lifetime: Duration? = nil, in context: Context? = nil,
    _ body: (inout Session) throws -> Void
  ) async throws -> Session {
    try await self.change(id, .update, in: context) { found in
      let current = try found.orNotFound(id, .update)
      try Self.check(version, current, .update)
      var changed = current
      try body(&changed)
      let next = self.next(after: current, state: changed.state, attributes: changed.attributes, lifetime: lifetime)
      try self.check(next, .update)
      return next
    }.orNotFound(id, .update)
  }

  /// Removes a session.
  ///
  /// - Parameters:
  ///   - id: Which.
  ///   - version: Only if it has this version; nil: whichever.
  ///   - context: What is known of the call.
  /// - Throws: `SessionError`: `notFound`, `concurrentAccess`, `serviceUnavailable`.
  public func delete(_ id: SessionID, expecting version: Int64? = nil, in context: Context? = nil) async throws {
    _ = try await self.change(id, .delete, in: context) { found in
      let current = try found.orNotFound(id, .delete)
      try Self.check(version, current, .delete)
      return nil
    }
  }

  private func next(
    after current: Session, state: [UInt8], attributes: [String: String], lifetime: Duration?
  ) -> Session {
    let now = max(self.clock.now, current.updated)
    let own = lifetime.map { max(1, $0.milliseconds) } ?? current.lifetime
    return Session(
      id: current.id, version: current.version + 1, state: state, attributes: attributes, created: current.created,
      updated: now, expires: self.end(from: now, own), lifetime: own)
  }

  /// When a session ends that is changed at a time; nil: never by itself.
  func end(from now: Int64, _ own: Int64?) -> Int64? {
    (own ?? self.configuration.lifetime.map { max(1, $0.milliseconds) }).map { now + $0 }
  }

  private static func check(
    _ expected: Int64?, _ current: Session, _ operation: SessionOperation
  ) throws(SessionError) {
    guard let expected, expected != current.version else { return }
    throw SessionError(
      .concurrentAccess, current.id, operation,
      "it has version \(current.version), not \(expected) as expected: somebody else has changed it; read it again and"
        + " apply the change to what is there now", currentVersion: current.version)
  }
}

extension Optional where Wrapped == Session {
  /// The session, or the error that says that there is none.
  func orNotFound(_ id: SessionID, _ operation: SessionOperation) throws(SessionError) -> Session {
    guard let self else {
      throw SessionError(.notFound, id, operation, "there is no such session, or it has expired")
    }
    return self
  }
}
