internal import Resilience
internal import ResilienceInterfaces

/// What was written while the primary store was away: in memory for reading, and in a store of this machine so that a
/// kill loses nothing that was acknowledged.
///
/// A change is in the store before it is in memory, and in memory before anybody hears that it was done. One process
/// owns a journal.
final class SessionJournal: Sendable {
  private static let entryPrefix = "journal/"
  private static let conflictPrefix = "conflict/"

  private struct Contents {
    var entries: [SessionID: JournalEntry] = [:]
    var conflicts: [String: SessionConflict] = [:]
    /// What could not be read, by the sessions' names: in nobody's way but theirs.
    var unreadable: [String: SessionError] = [:]
    var isLoaded = false
  }

  private let store: any KeyValueStore
  private let limit: Int
  private let contents = Lock(Contents())

  init(_ store: any KeyValueStore, limit: Int) {
    self.store = store
    self.limit = max(1, limit)
  }

  var isEmpty: Bool { self.contents.withLock { $0.entries.isEmpty } }
  var count: Int { self.contents.withLock { $0.entries.count } }
  var isLoaded: Bool { self.contents.withLock { $0.isLoaded } }
  var conflicts: [SessionConflict] {
    self.contents.withLock { $0.conflicts.values.sorted { $0.id < $1.id } }
  }
  var sessions: [SessionID] { self.contents.withLock { $0.entries.keys.sorted() } }

  /// What is wrong with entries that an earlier process has left; they stay in the store as they are.
  var problems: [SessionError] {
    self.contents.withLock { contents in contents.unreadable.sorted { $0.key < $1.key }.map(\.value) }
  }

  subscript(id: SessionID) -> JournalEntry? { self.contents.withLock { $0.entries[id] } }

  /// Why nobody can tell what was written to a session; nil: somebody can.
  func problem(of id: SessionID) -> SessionError? { self.contents.withLock { $0.unreadable[id.text] } }

  /// Reads what an earlier process has left.
  ///
  /// - Throws: `SessionError`: the store does not answer.
  func load() async throws {
    guard !self.isLoaded else { return }
    var loaded = Contents()
    for key in try await self.keys(Self.entryPrefix) {
      let name = String(key.dropFirst(Self.entryPrefix.count))
      guard let entry = try await self.access(nil, { try await $0.entry(forKey: key) }) else { continue }
      do throws(SessionError) {
        let id = try SessionID(name)
        loaded.entries[id] = try JournalEntry(id, entry)
      } catch {
        loaded.unreadable[name] = error
      }
    }
    for key in try await self.keys(Self.conflictPrefix) {
      let name = String(key.dropFirst(Self.conflictPrefix.count))
      guard let entry = try await self.access(nil, { try await $0.entry(forKey: key) }) else { continue }
      do throws(SessionError) {
        let id = try SessionID(String(name.prefix { $0 != "/" }))
        loaded.conflicts[name] = Self.conflict(name, id, try JournalEntry(id, entry))
      } catch {
        loaded.unreadable[name] = error
      }
    }
    loaded.isLoaded = true
    // Several may have begun to read. Whoever was first has gone on since, and has written what the others have missed.
    self.contents.withLock { [loaded] in if !$0.isLoaded { $0 = loaded } }
  }

  /// Keeps a change.
  ///
  /// - Throws: `SessionError` of kind `serviceUnavailable`: the journal is full, or its store fails; nothing is kept.
  func keep(_ entry: JournalEntry, for id: SessionID) async throws {
    try await self.load()
    let isFull = self.contents.withLock { $0.entries[id] == nil && $0.entries.count >= self.limit }
    if isFull {
      throw SessionError(
        .serviceUnavailable, id, .update,
        "the primary store is away and the fallback holds \(self.limit) changed sessions, which is its limit: bring the"
          + " primary store back, or raise the fallback's limit")
    }
    let key = Self.entryPrefix + id.text
    _ = try await self.access(id) {
      try await $0.write(entry.value, metadata: entry.metadata, forKey: key, if: .always, lifetime: nil)
    }
    self.contents.withLock { $0.entries[id] = entry }
  }

  /// A change may have reached the primary store, though nobody has heard so: in memory, for the changes that follow
  /// it; by itself it is recognised by its own mark.
  func tried(_ id: SessionID, _ mark: String) {
    _ = self.contents.withLock { $0.entries[id]?.tried(mark) }
  }

  /// A change has reached the primary store.
  func forget(_ id: SessionID) async throws {
    _ = try await self.access(id) { try await $0.remove(Self.entryPrefix + id.text, if: .always) }
    self.contents.withLock { $0.entries[id] = nil }
  }

  /// A change cannot be carried over: keeps it as a conflict.
  ///
  /// The conflict is written first, so that a crash in between leaves both and loses neither.
  func setAside(_ id: SessionID) async throws -> SessionConflict? {
    guard let entry = self[id] else { return nil }
    let name = "\(id.text)/\(entry.writer)"
    _ = try await self.access(id) {
      try await $0.write(
        entry.value, metadata: entry.metadata, forKey: Self.conflictPrefix + name, if: .always, lifetime: nil)
    }
    let conflict = Self.conflict(name, id, entry)
    self.contents.withLock { $0.conflicts[name] = conflict }
    try await self.forget(id)
    return conflict
  }

  /// A conflict is ended.
  func resolved(_ conflict: SessionConflict) async throws {
    _ = try await self.access(conflict.session) {
      try await $0.remove(Self.conflictPrefix + conflict.id, if: .always)
    }
    self.contents.withLock { $0.conflicts[conflict.id] = nil }
  }

  private static func conflict(_ name: String, _ id: SessionID, _ entry: JournalEntry) -> SessionConflict {
    SessionConflict(id: name, session: id, ours: entry.session, base: entry.base)
  }

  private func keys(_ prefix: String) async throws -> [String] {
    var keys: [String] = []
    while true {
      let last = keys.last
      let page = try await self.access(nil) { try await $0.keys(withPrefix: prefix, after: last, limit: 1_000) }
      keys += page
      if page.count < 1_000 { return keys }
    }
  }

  private func access<Value>(
    _ id: SessionID?, _ body: (any KeyValueStore) async throws -> Value
  ) async throws -> Value {
    do {
      return try await body(self.store)
    } catch let failure as StoreFailure where failure.kind != .cancelled {
      throw SessionError(
        .serviceUnavailable, id, .reconcile, "the fallback store failed: \(failure.detail) \(failure.remedy)")
    }
  }
}
