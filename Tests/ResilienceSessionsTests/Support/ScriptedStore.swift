import Resilience
import ResilienceInterfaces

/// A store in memory whose single operations take as long, or refuse, as a test says.
final class ScriptedStore: KeyValueStore {
  /// How long the answer to the first list of keys is on its way; it tells what was there when it was asked.
  let firstListing: Duration
  /// How long an entry takes.
  let reading: Duration
  /// How long a cleaning takes, and how many of them find as much as they may.
  let cleaning: (length: Duration, full: Int)
  /// How many bytes a value may have.
  let largest: Int
  private let memory: InMemoryKeyValueStore
  private let runtime: Runtime
  private let counts = Lock((listings: 0, cleanings: 0))

  init(
    on runtime: Runtime, firstListing: Duration = .zero, reading: Duration = .zero,
    cleaning: (length: Duration, full: Int) = (.zero, 0), largest: Int = .max
  ) {
    self.firstListing = firstListing
    self.reading = reading
    self.cleaning = cleaning
    self.largest = largest
    self.memory = InMemoryKeyValueStore(clock: StoreClock(runtime))
    self.runtime = runtime
  }

  private func pause(_ length: Duration) async throws(StoreFailure) {
    guard length > .zero else { return }
    do {
      try await self.runtime.sleep(for: length)
    } catch {
      throw StoreFailure(.cancelled, store: "test", detail: "Cancelled.", remedy: "Ask again.")
    }
  }

  func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try await self.pause(self.reading)
    return try await self.memory.entry(forKey: key)
  }

  @discardableResult
  func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    guard value.count <= self.largest else {
      throw StoreFailure(.invalid, store: "test", detail: "It is too large.", remedy: "Write less.")
    }
    return try await self.memory.write(value, metadata: metadata, forKey: key, if: condition, lifetime: lifetime)
  }

  @discardableResult
  func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try await self.memory.remove(key, if: condition)
  }

  func keys(withPrefix prefix: String, after key: String?, limit: Int) async throws(StoreFailure) -> [String] {
    let isFirst = self.counts.withLock { counts in
      counts.listings += 1
      return counts.listings == 1
    }
    let keys = try await self.memory.keys(withPrefix: prefix, after: key, limit: limit)
    if isFirst { try await self.pause(self.firstListing) }
    return keys
  }

  func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.pause(self.cleaning.length)
    let isFull = self.counts.withLock { counts in
      counts.cleanings += 1
      return counts.cleanings <= self.cleaning.full
    }
    return isFull ? limit : 0
  }
}
