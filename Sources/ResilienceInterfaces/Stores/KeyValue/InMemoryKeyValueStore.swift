internal import Resilience

/// Keeps values in memory: for tests, and where a restart may forget them.
///
/// Lists cost O(n log n).
public final class InMemoryKeyValueStore: KeyValueStore {
  private struct Contents {
    var entries: [ByteKey: StoredEntry] = [:]
    var lastVersion: Int64 = 0
  }

  private static let name = "memory"
  private let clock: StoreClock
  private let contents = Lock(Contents())

  /// Makes an empty store.
  ///
  /// - Parameter clock: By which entries end.
  public init(clock: StoreClock = StoreClock()) { self.clock = clock }

  /// The entry of a key.
  public func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try StoreRules.check(key: key, named: "key", store: Self.name)
    let now = self.clock.now
    return self.contents.withLock { Self.live($0.entries[ByteKey(key)], now) }
  }

  /// Writes an entry.
  @discardableResult
  public func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    try StoreRules.check(key: key, named: "key", store: Self.name)
    try StoreRules.check(value: value, metadata: metadata, store: Self.name)
    var milliseconds: Int64?
    if let lifetime {
      milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: Self.name)
    }
    let now = self.clock.now
    let expires = milliseconds.map { now + $0 }
    return try self.contents.withLock { contents throws(StoreFailure) in
      try Self.check(condition, Self.live(contents.entries[ByteKey(key)], now), key)
      contents.lastVersion += 1
      contents.entries[ByteKey(key)] = StoredEntry(
        value: value, metadata: metadata, version: contents.lastVersion, expires: expires)
      return contents.lastVersion
    }
  }

  /// Removes an entry.
  @discardableResult
  public func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try StoreRules.check(key: key, named: "key", store: Self.name)
    let now = self.clock.now
    return try self.contents.withLock { contents throws(StoreFailure) in
      let found = Self.live(contents.entries[ByteKey(key)], now)
      try Self.check(condition, found, key)
      contents.entries[ByteKey(key)] = nil
      return found != nil
    }
  }

  /// Keys that begin with a prefix.
  public func keys(
    withPrefix prefix: String, after key: String?, limit: Int
  ) async throws(StoreFailure) -> [String] {
    let now = self.clock.now
    let last = key.map(ByteKey.init)
    let found = self.contents.withLock { contents in
      contents.entries.filter { Self.live($0.value, now) != nil }.keys
    }
    let sorted = found.filter { key in key.hasPrefix(prefix) && last.map { $0 < key } ?? true }.sorted()
    return sorted.prefix(max(0, limit)).map(\.text)
  }

  /// Removes entries whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    let now = self.clock.now
    return self.contents.withLock { contents in
      let expired = contents.entries.filter { Self.live($0.value, now) == nil }.keys.prefix(max(0, limit))
      for key in expired { contents.entries[key] = nil }
      return expired.count
    }
  }

  private static func live(_ entry: StoredEntry?, _ now: Int64) -> StoredEntry? {
    guard let entry, entry.expires ?? .max > now else { return nil }
    return entry
  }

  private static func check(
    _ condition: WriteCondition, _ found: StoredEntry?, _ key: String
  ) throws(StoreFailure) {
    if !condition.holds(for: found?.version) {
      throw condition.failure(found: found?.version, key: key, store: self.name)
    }
  }
}
