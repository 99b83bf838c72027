internal import Resilience
internal import ResilienceInterfaces

/// One session at a time: which store serves, and the writing that nobody else may disturb.
extension SessionManager {
  /// What the primary store has of a session, with the store's own version.
  typealias Found = (record: SessionRecord, stored: Int64)

  /// Runs one operation under the session's lock, on the primary store or, while that is away, on the fallback.
  ///
  /// A session that was changed in the fallback is carried over first, so that nobody reads what is older than his own
  /// writing.
  func access<Value>(
    _ id: SessionID, _ operation: SessionOperation, in context: Context, onPrimary: () async throws -> Value,
    onFallback: (PrimaryAway) async throws -> Value
  ) async throws -> Value {
    try await self.counted(operation, in: context) { outcome in
      do {
        return try await self.locks.withLock(id.text, in: context, waited: self.noteWait) {
          do {
            try await self.carryOver(id, context, isOnTheWay: operation != .reconcile)
            return try await onPrimary()
          } catch let away as PrimaryAway {
            guard self.journal != nil else { throw away.error }
            outcome = .fallback
            return try await onFallback(away)
          }
        }
      } catch let rejection as Rejection {
        if rejection.reason == .cancelled { throw CancellationError() }
        outcome = .busy
        throw SessionError(
          .concurrentAccess, id, operation,
          "somebody else has held the session for too long, or too many wait for it: try again later",
          retryAfter: rejection.retryAfter)
      } catch let failure as StoreFailure {
        if failure.kind == .cancelled { throw CancellationError() }
        throw SessionError(.invalid, id, operation, "the store refused it: \(failure.detail) \(failure.remedy)")
      }
    }
  }

  /// Runs an operation, and tells how it has ended and how long it took; the body says what success means.
  func counted<Value>(
    _ operation: SessionOperation, in context: Context,
    _ body: (inout SessionActivity.Outcome) async throws -> Value
  ) async throws -> Value {
    let began = context.runtime.now()
    var outcome = SessionActivity.Outcome.success
    do {
      let value = try await body(&outcome)
      self.noted(.ended(operation, outcome, after: .nanoseconds(context.runtime.now() - began)))
      return value
    } catch {
      let ending = outcome == .busy ? outcome : SessionActivity.Outcome(error)
      self.noted(.ended(operation, ending, after: .nanoseconds(context.runtime.now() - began)))
      throw error
    }
  }

  func noteWait(_ length: Duration, _ gotIt: Bool) { self.noted(.waited(length, gotIt: gotIt)) }

  /// Replaces a session by what the body makes of it; nil removes it.
  ///
  /// - Parameters:
  ///   - isOwnName: Whether nobody else can know the id yet, so that nobody can have deleted what was just made.
  func change(
    _ id: SessionID, _ operation: SessionOperation, in context: Context?, isOwnName: Bool = false,
    _ body: (Session?) throws -> Session?
  ) async throws -> Session? {
    let context = context ?? Context(self.runtime)
    return try await self.access(id, operation, in: context) {
      try await self.changePrimary(id, operation, context, isOwnName: isOwnName, body)
    } onFallback: { away in
      try await self.changeFallback(id, operation, away, body)
    }
  }

  /// Reads from the primary store; what has expired is not there.
  func readPrimary(_ id: SessionID, _ operation: SessionOperation, _ context: Context) async throws -> Found? {
    self.live(try await self.lookPrimary(id, operation, context))
  }

  /// Reads from the primary store, also what has expired.
  ///
  /// By another clock than ours it may not have expired yet, and then it is in the way of a new session of its name:
  /// that one is written over it.
  func lookPrimary(_ id: SessionID, _ operation: SessionOperation, _ context: Context) async throws -> Found? {
    let key = self.key(id)
    let entry = try await self.primary.ask(operation, id, in: context) { try await $0.entry(forKey: key) }
    guard let entry else {
      self.remembered.withLock { $0.remove(id) }
      return nil
    }
    let record = try SessionRecord(id, entry, operation)
    if record.session.isExpired(at: self.clock.now) {
      self.remembered.withLock { $0.remove(id) }
    } else {
      self.remember(record.session)
    }
    return (record, entry.version)
  }

  /// What was found, unless it has expired.
  func live(_ found: Found?) -> Found? {
    guard let found, !found.record.session.isExpired(at: self.clock.now) else { return nil }
    return found
  }

  private func changePrimary(
    _ id: SessionID, _ operation: SessionOperation, _ context: Context, isOwnName: Bool,
    _ body: (Session?) throws -> Session?
  ) async throws -> Session? {
    // Another process can be faster each time; so many times in a row it is not chance any more.
    for _ in 0..<16 {
      let stored = try await self.lookPrimary(id, operation, context)
      let found = self.live(stored)
      guard let changed = try body(found?.record.session) else {
        if try await self.removePrimary(id, operation, found, context) { return nil }
        continue
      }
      let record = SessionRecord(changed, writer: self.mark(), after: found?.record)
      if try await self.writePrimary(record, operation, over: stored, context, createsAgain: isOwnName) {
        return changed
      }
    }
    throw SessionError(
      .concurrentAccess, id, operation, "other processes change it all the time: try again later")
  }

  /// Writes, if the primary store still looks as it was found.
  ///
  /// - Parameters:
  ///   - found: What is there, expired or not.
  ///   - createsAgain: Whether a new session whose answer was lost and which is not there is written once more. If
  ///     somebody may have deleted it in between, that would bring it back.
  /// - Throws: `PrimaryAway` that names the write if it may have arrived; `SessionError` of kind `serviceUnavailable`
  ///   where nobody can tell any more whether an attempt whose answer was lost has arrived.
  /// - Returns: Whether it was written; false: somebody else was faster.
  func writePrimary(
    _ record: SessionRecord, _ operation: SessionOperation, over found: Found?, _ context: Context,
    createsAgain: Bool
  ) async throws -> Bool {
    let id = record.session.id
    let key = self.key(id)
    let condition = found.map { WriteCondition.version($0.stored) } ?? .absent
    var isUnsure = false
    do {
      let isWritten: Bool? = try await self.primary.ask(operation, id, in: context) { store in
        do {
          if isUnsure, found == nil, !createsAgain {
            return try await self.hasArrived(record, over: nil, operation, in: store)
          }
          try await store.write(
            record.session.state, metadata: record.metadata, forKey: key, if: condition,
            lifetime: record.lifetime(at: self.clock.now))
          return true
        } catch let failure as StoreFailure {
          guard failure.kind == .conflict else {
            if failure.transmission != .neverSent { isUnsure = true }
            throw failure
          }
          guard isUnsure else { return false }  // the first attempt: it was somebody else
          return try await self.hasArrived(record, over: found, operation, in: store)
        } catch {
          isUnsure = true
          throw error
        }
      }
      guard let isWritten else { throw Self.unsure(id, operation) }
      if isWritten { self.remember(record.session) }
      return isWritten
    } catch var away as PrimaryAway {
      if isUnsure { away.attempted = record.writer }
      throw away
    }
  }

  /// Whether an earlier attempt, whose answer was lost, is the reason for a conflict; nil: it cannot be told any more.
  private func hasArrived(
    _ record: SessionRecord, over found: Found?, _ operation: SessionOperation, in store: any KeyValueStore
  ) async throws -> Bool? {
    let id = record.session.id
    guard let entry = try await store.entry(forKey: self.key(id)) else { return nil }
    let base = found?.record.session
    return try SessionRecord(id, entry, operation)
      .contains(record.writer, madeOn: base?.version ?? 0, created: base?.created ?? 0)
  }

  private static func unsure(_ id: SessionID, _ operation: SessionOperation) -> SessionError {
    SessionError(
      .serviceUnavailable, id, operation,
      "the store's answer was lost, and others may have changed or deleted the session since: nobody can tell whether"
        + " the change was made; read the session and decide")
  }

  private func removePrimary(
    _ id: SessionID, _ operation: SessionOperation, _ found: Found?, _ context: Context
  ) async throws -> Bool {
    guard let found else { return true }
    guard try await self.removePrimary(id, operation, ifStill: found, context) else { return false }
    self.remembered.withLock { $0.remove(id) }
    return true
  }

  /// Removes, if the primary store still has what was found.
  ///
  /// - Throws: `SessionError` of kind `serviceUnavailable` where nobody can tell any more whether an attempt whose
  ///   answer was lost has removed it: somebody may have made the session anew since, and that one is not ours to
  ///   remove.
  /// - Returns: Whether it is gone by our doing, as far as that can be told: where an answer was lost and it is gone
  ///   now, it is taken for ours. False: somebody else was faster.
  func removePrimary(
    _ id: SessionID, _ operation: SessionOperation, ifStill found: Found, _ context: Context
  ) async throws -> Bool {
    let key = self.key(id)
    var isUnsure = false
    let isRemoved: Bool? = try await self.primary.ask(operation, id, in: context) { store in
      do {
        return try await store.remove(key, if: .version(found.stored))
      } catch let failure as StoreFailure {
        guard failure.kind == .conflict else {
          if failure.transmission != .neverSent { isUnsure = true }
          throw failure
        }
        guard isUnsure else { return false }
        guard failure.version != 0, let entry = try await store.entry(forKey: key) else { return true }
        // The same session, changed by others: it was never gone. Another one under its name: nobody can tell.
        return try SessionRecord(id, entry, operation).writers.contains(found.record.writer) ? false : nil
      } catch {
        isUnsure = true
        throw error
      }
    }
    guard let isRemoved else { throw Self.unsure(id, operation) }
    return isRemoved
  }

  func key(_ id: SessionID) -> String { self.configuration.prefix + id.text }

  func remember(_ session: Session) {
    let cost = session.state.count + 256
    self.remembered.withLock { $0.store(session, for: session.id, cost: cost, at: 0) }
  }

  /// A text that no other write has.
  func mark() -> String { SessionID(random: self.runtime.random(), self.runtime.random()).text }
}
