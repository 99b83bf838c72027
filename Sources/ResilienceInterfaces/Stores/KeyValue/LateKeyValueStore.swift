internal import Resilience

/// A store that may not be there yet: it is opened at the first use, and again at each until that succeeds.
///
/// With it a program starts while its store is away. Who asks pays for one attempt to open; asking many times is what
/// the breaker of the sessions prevents.
package final class LateKeyValueStore: KeyValueStore {
  private let open: @Sendable () async throws(StoreFailure) -> any KeyValueStore
  private let opened = Lock<(any KeyValueStore)?>(nil)
  private let turn = Bulkhead("session store", .init(maxConcurrent: 1, maxQueue: 10_000, maxWait: .seconds(60)))

  /// - Parameter open: Opens the store, or says why it cannot.
  package init(opening open: @escaping @Sendable () async throws(StoreFailure) -> any KeyValueStore) {
    self.open = open
  }

  /// Opens the store if it is not open yet.
  ///
  /// - Throws: What opening it throws; `cancelled` if the caller has gone, and then nothing is known of the store.
  @discardableResult
  package func store() async throws(StoreFailure) -> any KeyValueStore {
    if let store = self.opened.withLock({ $0 }) { return store }
    do {
      return try await self.turn.run {
        if let store = self.opened.withLock({ $0 }) { return store }
        let store = try await self.open()
        self.opened.withLock { $0 = store }
        return store
      }
    } catch let failure as StoreFailure {
      throw failure
    } catch is CancellationError {
      // A caller that has gone says nothing of the store, and is no evidence for the breaker around it.
      throw StoreFailure(
        .cancelled, store: "sessions", detail: "The caller was cancelled while the store was opened.",
        remedy: "Nothing is to be done.", transmission: .neverSent)
    } catch {
      throw StoreFailure(
        .timedOut, store: "sessions", detail: "The store is being opened, and too many wait for it.",
        remedy: "Send the request again in a moment.", transmission: .neverSent)
    }
  }

  package func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try await self.store().entry(forKey: key)
  }

  package func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    try await self.store().write(value, metadata: metadata, forKey: key, if: condition, lifetime: lifetime)
  }

  package func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try await self.store().remove(key, if: condition)
  }

  package func keys(withPrefix prefix: String, after key: String?, limit: Int) async throws(StoreFailure) -> [String] {
    try await self.store().keys(withPrefix: prefix, after: key, limit: limit)
  }

  package func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.store().removeExpired(limit: limit)
  }
}
