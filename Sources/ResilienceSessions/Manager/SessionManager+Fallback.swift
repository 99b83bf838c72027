public import Resilience
internal import ResilienceInterfaces

/// While the primary store is away, and when it is back.
extension SessionManager {
  /// The session as this process knows it.
  ///
  /// - Throws: `SessionError` of kind `serviceUnavailable`: it does not know it.
  func readFallback(_ id: SessionID, _ operation: SessionOperation, _ away: PrimaryAway) throws -> Session? {
    if let entry = self.journal?[id] {
      return entry.session.flatMap { $0.isExpired(at: self.clock.now) ? nil : $0 }
    }
    guard let known = self.remembered.withLock({ $0.find(id, at: 0)?.value }) else {
      throw SessionError(
        .serviceUnavailable, id, operation,
        "the primary store is away, and this process has not seen the session lately: try again later",
        retryAfter: away.error.retryAfter)
    }
    return known.isExpired(at: self.clock.now) ? nil : known.degraded
  }

  /// What a change is made on: nobody can tell whether a new id is free; that shows when it is carried over.
  private func known(_ id: SessionID, _ operation: SessionOperation, _ away: PrimaryAway) throws -> Session? {
    let isUnknown = self.journal?[id] == nil && self.remembered.withLock { $0.find(id, at: 0) } == nil
    return operation == .create && isUnknown ? nil : try self.readFallback(id, operation, away)
  }

  /// Changes the session in the journal.
  func changeFallback(
    _ id: SessionID, _ operation: SessionOperation, _ away: PrimaryAway, _ body: (Session?) throws -> Session?
  ) async throws -> Session? {
    guard let journal else { throw away.error }
    try await journal.load()
    let earlier = journal[id]
    let current = try self.known(id, operation, away)
    let changed = try body(current)
    let writer = self.mark()
    var entry = JournalEntry(
      changed.map { .write(SessionRecord($0, writer: writer)) } ?? .delete(at: self.clock.now),
      base: earlier?.base ?? current?.version ?? 0,
      baseExpires: earlier == nil ? current?.expires : earlier?.baseExpires,
      baseCreated: earlier == nil ? current?.created : earlier?.baseCreated,
      attempted: earlier?.attempted ?? [], writer: writer)
    if let mark = away.attempted { entry.tried(mark) }
    let isFirst = journal.isEmpty
    try await journal.keep(entry, for: id)
    self.noted(.journalled)
    if isFirst { self.told(.fellBack(reason: away.error.reason)) }
    return changed?.degraded
  }

  /// Brings a session's change from the journal to the primary store; nothing to do for most.
  ///
  /// Under the session's lock.
  /// - Parameter isOnTheWay: Whether somebody waits for something else: then it is tried once, without retries.
  /// - Throws: `PrimaryAway`: not now.
  func carryOver(_ id: SessionID, _ context: Context, isOnTheWay: Bool = false) async throws {
    guard let journal else { return }
    try await journal.load()
    if let problem = journal.problem(of: id) { throw problem }
    for _ in 0..<16 {
      guard let entry = journal[id] else { return }
      if try await self.carry(entry, id, journal, isOnTheWay ? context.once : context) {
        if journal.isEmpty { self.told(.returned(carriedOver: 1)) }
        return
      }
    }
    throw SessionError(.concurrentAccess, id, .reconcile, "other processes change it all the time: try again later")
  }

  private func carry(
    _ entry: JournalEntry, _ id: SessionID, _ journal: SessionJournal, _ context: Context
  ) async throws -> Bool {
    let stored = try await self.lookPrimary(id, .reconcile, context)
    let found = self.live(stored)
    switch Reconciliation(entry, found: found, at: self.clock.now) {
    case .finished:
      try await journal.forget(id)
    case .write:
      guard case .write(let record) = entry.change else { return false }
      let merged = SessionRecord(record.session, writer: record.writer, after: found?.record)
      do {
        // Waits in the journal until it has arrived, so it is written again whatever has become of an attempt.
        guard try await self.writePrimary(merged, .reconcile, over: stored, context, createsAgain: true) else {
          return false
        }
      } catch let failure as StoreFailure where failure.kind == .invalid {
        // The primary store will never take it, say because it is too large there: it must not stand in the way of
        // everything else that is done with this session.
        return try await self.setAside(id, journal)
      } catch {
        let isSurelyUnsent = (error as? PrimaryAway).map { $0.attempted == nil } ?? false
        if !isSurelyUnsent { journal.tried(id, record.writer) }
        throw error
      }
      try await journal.forget(id)
    case .remove:
      guard let found, try await self.removePrimary(id, .reconcile, ifStill: found, context) else { return false }
      self.remembered.withLock { $0.remove(id) }
      try await journal.forget(id)
    case .conflict: return try await self.setAside(id, journal)
    }
    self.noted(.reconciled(isConflict: false))
    return true
  }

  private func setAside(_ id: SessionID, _ journal: SessionJournal) async throws -> Bool {
    guard let conflict = try await journal.setAside(id) else { return true }
    self.told(.conflicted(conflict))
    self.noted(.reconciled(isConflict: true))
    return true
  }

  /// Carries over everything that waits, one session after the other.
  ///
  /// - Throws: `SessionError` of kind `serviceUnavailable`: the primary store is still away. Other kinds: a session
  ///   could not be carried over, all others were looked at. What was carried over stays so.
  /// - Returns: How many sessions no longer wait.
  @discardableResult
  public func reconcile(in context: Context? = nil) async throws -> Int {
    guard let journal else { return 0 }
    let context = context ?? Context(self.runtime)
    try await journal.load()
    var carried = 0
    var problem = journal.problems.first
    for id in journal.sessions {
      do {
        try await self.access(id, .reconcile, in: context) {
          try await self.carryOver(id, context)
        } onFallback: { away in
          throw away.error
        }
        carried += 1
      } catch let error as SessionError where error.kind != .serviceUnavailable {
        problem = problem ?? error
      }
    }
    if let problem { throw problem }
    return carried
  }

  /// Carries over what waits whenever the primary store takes calls, until the task is cancelled.
  ///
  /// Run it as a service of your program; without it a session is carried over at its next access only.
  public func run() async {
    var told: String?  // the same trouble again and again is told once
    while !Task.isCancelled {
      do {
        try await self.runtime.sleep(for: self.configuration.reconcileInterval)
        await self.lookForPrimary()
        try await self.reconcile()
        told = nil
      } catch let error as SessionError where error.kind != .serviceUnavailable {
        if told != error.reason { self.told(.reconciliationFailed(reason: error.reason)) }
        told = error.reason
      } catch is SessionError {
        continue
      } catch {
        if Task.isCancelled { return }
      }
    }
  }

  /// The sessions that were changed on both sides of an outage and wait for somebody to choose, by id.
  public var conflicts: [SessionConflict] { self.journal?.conflicts ?? [] }

  /// A store that nobody uses would be taken for away until somebody does.
  private func lookForPrimary() async {
    switch self.circuitBreaker.state(on: self.runtime) {
    case .open, .halfOpen: await self.primary.probe("check." + self.configuration.prefix, in: Context(self.runtime))
    default: return
    }
  }

  /// One conflict, and what the primary store has of its session now; nil: there is none.
  ///
  /// - Throws: `SessionError`: `notFound` if the conflict was ended already, `serviceUnavailable`.
  public func conflict(
    _ name: String, in context: Context? = nil
  ) async throws -> (conflict: SessionConflict, theirs: Session?) {
    let conflict = try self.knownConflict(name)
    do {
      return (conflict, try await self.get(conflict.session, in: context))
    } catch let error as SessionError where error.kind == .notFound {
      return (conflict, nil)
    }
  }

  private func knownConflict(_ name: String) throws(SessionError) -> SessionConflict {
    guard let known = self.conflicts.first(where: { $0.id == name }) else {
      throw SessionError(
        .notFound, nil, .reconcile,
        "there is no conflict '\(name.prefix(100))': it was ended already, or its id is another one")
    }
    return known
  }

  /// Ends a conflict.
  ///
  /// - Throws: `SessionError`: `notFound` (there is no such conflict any more), `serviceUnavailable`.
  /// - Returns: The session as it is now; nil: there is none.
  @discardableResult
  public func resolve(
    _ conflict: String, _ choice: SessionConflict.Choice, in context: Context? = nil
  ) async throws -> Session? {
    let known = try self.knownConflict(conflict)
    let id = known.session
    let session: Session?
    switch choice {
    case .keepTheirs:
      session = try? await self.get(id, in: context)
    case .takeOurs:
      session = try await self.change(id, .reconcile, in: context) { found in
        known.ours.map { self.replacing(found, by: $0.state, $0.attributes, known) }
      }
    case .merge(let state, let attributes):
      session = try await self.change(id, .reconcile, in: context) { found in
        let merged = self.replacing(found, by: state, attributes, known)
        try self.check(merged, .reconcile)
        return merged
      }
    }
    try await self.journal?.resolved(known)
    return session
  }

  private func replacing(
    _ found: Session?, by state: [UInt8], _ attributes: [String: String], _ conflict: SessionConflict
  ) -> Session {
    let now = self.clock.now
    let own = found.map(\.lifetime) ?? conflict.ours?.lifetime
    return Session(
      id: conflict.session, version: (found?.version ?? 0) + 1, state: state, attributes: attributes,
      created: found?.created ?? now, updated: now, expires: self.end(from: now, own), lifetime: own)
  }
}

extension Context {
  /// The same call, in which nothing is tried a second time.
  fileprivate var once: Context {
    let repetition = Repetition()
    repetition.forbid()
    return Context(
      self.runtime, operation: self.operation, correlationID: self.correlationID,
      deadline: self.deadline == .max ? nil : Deadline(at: self.deadline), tier: self.tier, priority: self.priority,
      idempotency: self.idempotency, repetition: repetition, observer: self.observer, trace: self.trace,
      cost: self.cost)
  }
}
