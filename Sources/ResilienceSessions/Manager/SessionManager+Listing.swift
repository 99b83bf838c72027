public import Resilience
internal import ResilienceInterfaces

/// Many sessions at once.
///
/// One list or cleaning at a time: the registry's lock, which nobody takes who holds a session's.
extension SessionManager {
  /// Lists sessions in the order of their ids, and removes entries whose time is over on the way.
  ///
  /// - Parameters:
  ///   - after: Only sessions behind this one; nil to begin.
  ///   - limit: How many entries are looked at: 1…1,000.
  ///   - attributes: Only sessions that have all of these.
  ///   - context: What is known of the call.
  /// - Throws: `SessionError`: `invalid`, `serviceUnavailable` (without a fallback), `concurrentAccess` (somebody else
  ///   lists for too long).
  public func list(
    after: SessionID? = nil, limit: Int = 100, where attributes: [String: String] = [:], in context: Context? = nil
  ) async throws -> SessionPage {
    guard (1...1_000).contains(limit) else {
      throw SessionError(.invalid, nil, .list, "the limit is \(limit), allowed are 1 to 1000")
    }
    let context = context ?? Context(self.runtime)
    return try await self.counted(.list, in: context) { outcome in
      try await self.registered(.list, in: context, &outcome) { outcome in
        do {
          return try await self.listPrimary(after, limit, attributes, context)
        } catch let away as PrimaryAway {
          guard self.journal != nil else { throw away.error }
          outcome = .fallback
          return try await self.listKnown(after, limit, attributes)
        }
      }
    }
  }

  /// Removes what has expired from the primary store; call it now and then where nobody lists.
  ///
  /// - Throws: `SessionError`: `serviceUnavailable`, `concurrentAccess`.
  /// - Returns: How many were removed.
  @discardableResult
  public func cleanUpExpired(in context: Context? = nil) async throws -> Int {
    let context = context ?? Context(self.runtime)
    return try await self.counted(.cleanUp, in: context) { outcome in
      var removed = 0
      while true {
        // Page by page, so that nobody who lists waits for all of it.
        let page = try await self.registered(.cleanUp, in: context, &outcome) { _ in
          do {
            return try await self.primary.ask(.cleanUp, nil, in: context) {
              try await $0.removeExpired(limit: Self.cleanedAtOnce)
            }
          } catch let away as PrimaryAway {
            throw away.error
          }
        }
        removed += page
        if page < Self.cleanedAtOnce { return removed }
      }
    }
  }

  /// How many expired sessions are removed in one operation of the store.
  private static let cleanedAtOnce = 500

  /// How many entries of a page are read at the same time.
  private static let readAtOnce = 16

  private func registered<Value>(
    _ operation: SessionOperation, in context: Context, _ outcome: inout SessionActivity.Outcome,
    _ body: (inout SessionActivity.Outcome) async throws -> Value
  ) async throws -> Value {
    do {
      return try await self.registry.withLock("registry", in: context, waited: self.noteWait) {
        try await body(&outcome)
      }
    } catch let rejection as Rejection {
      if rejection.reason == .cancelled { throw CancellationError() }
      outcome = .busy
      throw SessionError(
        .concurrentAccess, nil, operation, "somebody else lists or cleans up for too long: try again later",
        retryAfter: rejection.retryAfter)
    } catch let failure as StoreFailure {
      if failure.kind == .cancelled { throw CancellationError() }
      throw SessionError(.invalid, nil, operation, "the store refused it: \(failure.detail) \(failure.remedy)")
    }
  }

  private func listPrimary(
    _ after: SessionID?, _ limit: Int, _ attributes: [String: String], _ context: Context
  ) async throws -> SessionPage {
    let prefix = self.configuration.prefix
    let (keys, entries) = try await self.primary.ask(.list, nil, in: context) { store in
      let keys = try await store.keys(withPrefix: prefix, after: after.map(self.key), limit: limit)
      return (keys, try await Self.entries(of: keys, in: store))
    }
    var found: [SessionID: Session] = [:]
    var cleaned = 0
    var unreadable: [String] = []
    for (key, entry) in entries {
      let name = String(key.dropFirst(prefix.count))
      guard let id = try? SessionID(name), let record = try? SessionRecord(id, entry, .list) else {
        unreadable.append(name)
        continue
      }
      if record.session.isExpired(at: self.clock.now) {
        cleaned += try await self.removeStale(key, entry, context)
      } else {
        found[id] = record.session
      }
    }
    let last = keys.count == limit ? keys.last.flatMap { try? SessionID(String($0.dropFirst(prefix.count))) } : nil
    self.overlay(&found, after: after, upTo: last)
    return SessionPage(
      sessions: Self.sorted(found.values, attributes), next: last, isComplete: true, cleaned: cleaned,
      unreadable: unreadable)
  }

  /// Reads the entries of a page, several at the same time: one after the other, a long page of a distant store would
  /// take so long that the store is taken for away.
  private static func entries(
    of keys: [String], in store: any KeyValueStore
  ) async throws -> [(key: String, entry: StoredEntry)] {
    try await withThrowingTaskGroup(of: (Int, StoredEntry?).self) { group in
      var found = [StoredEntry?](repeating: nil, count: keys.count)
      for (index, key) in keys.enumerated() {
        if index >= Self.readAtOnce, let (place, entry) = try await group.next() { found[place] = entry }
        group.addTask { (index, try await store.entry(forKey: key)) }
      }
      for try await (place, entry) in group { found[place] = entry }
      return zip(keys, found).compactMap { key, entry in entry.map { (key, $0) } }
    }
  }

  private func removeStale(_ key: String, _ entry: StoredEntry, _ context: Context) async throws -> Int {
    do {
      let removed = try await self.primary.ask(.list, nil, in: context) { store in
        try await store.remove(key, if: .version(entry.version))
      }
      return removed ? 1 : 0
    } catch is StoreFailure {
      return 0  // somebody has just made it anew
    }
  }

  /// Lays what waits in the journal over what the primary store has.
  private func overlay(_ found: inout [SessionID: Session], after: SessionID?, upTo last: SessionID?) {
    guard let journal else { return }
    for id in journal.sessions where after.map({ id > $0 }) ?? true && last.map({ id <= $0 }) ?? true {
      found[id] = journal[id]?.session
    }
  }

  private func listKnown(
    _ after: SessionID?, _ limit: Int, _ attributes: [String: String]
  ) async throws -> SessionPage {
    try await self.journal?.load()
    var found = self.remembered.withLock { store in
      Dictionary(store.values.map { ($0.id, $0.degraded) }, uniquingKeysWith: { first, _ in first })
    }
    self.overlay(&found, after: nil, upTo: nil)
    let now = self.clock.now
    let known = found.values.filter { session in
      !session.isExpired(at: now) && after.map { session.id > $0 } ?? true
    }
    let sorted = Self.sorted(known, [:])
    let page = sorted.prefix(limit)
    return SessionPage(
      sessions: Self.sorted(page, attributes), next: sorted.count > limit ? page.last?.id : nil, isComplete: false,
      cleaned: 0, unreadable: [])
  }

  private static func sorted(
    _ sessions: some Sequence<Session>, _ attributes: [String: String]
  ) -> [Session] {
    sessions.filter { session in
      attributes.allSatisfy { session.attributes[$0.key] == $0.value }
    }.sorted { $0.id < $1.id }
  }
}
