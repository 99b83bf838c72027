package import Resilience
package import ResilienceInterfaces

/// A store, in memory unless another is given, that can be away, lose requests, lose answers and take its time, by the
/// runtime's chance.
package final class UnreliableStore: KeyValueStore {
  package struct Trouble: Sendable {
    /// Nothing arrives.
    package var isAway = false
    /// Chances of 0…1.
    package var losesRequest = 0.0
    /// So many of the next writes meet nobody who listens: surely they were not sent.
    package var refusesWrites = 0
    package var losesAnswer = 0.0
    /// The longest way there and back each.
    package var delay = Duration.zero

    package init(
      isAway: Bool = false, losesRequest: Double = 0, losesAnswer: Double = 0, delay: Duration = .zero
    ) {
      self.isAway = isAway
      self.losesRequest = losesRequest
      self.losesAnswer = losesAnswer
      self.delay = delay
    }
  }

  let runtime: Runtime
  /// What is really there.
  package let memory: any KeyValueStore
  private let current = Lock(Trouble())
  private let asked = Lock(0)

  package init(on runtime: Runtime, over store: (any KeyValueStore)? = nil) {
    self.runtime = runtime
    self.memory = store ?? InMemoryKeyValueStore(clock: StoreClock(runtime))
  }

  package var trouble: Trouble {
    get { self.current.withLock { $0 } }
    set { self.current.withLock { $0 = newValue } }
  }
  package var calls: Int { self.asked.withLock { $0 } }

  private func chance(_ share: Double) -> Bool {
    share > 0 && Double(self.runtime.random() >> 11) / Double(1 << 53) < share
  }

  private func pause() async throws(StoreFailure) {
    let longest = self.trouble.delay
    guard longest > .zero else { return }
    let nanoseconds = Int64(longest / .nanoseconds(1))
    let length = Int64(self.runtime.random() % UInt64(nanoseconds))
    do {
      try await self.runtime.sleep(for: .nanoseconds(length))
    } catch {
      throw Self.failure(.cancelled)
    }
  }

  private func carry<Value>(
    _ body: () async throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    self.asked.withLock { $0 += 1 }
    try await self.pause()
    if self.trouble.isAway || self.chance(self.trouble.losesRequest) { throw Self.failure(.unreachable) }
    let value = try await body()
    try await self.pause()
    if self.trouble.isAway || self.chance(self.trouble.losesAnswer) { throw Self.failure(.timedOut) }
    return value
  }

  private static func failure(_ kind: StoreFailure.Kind) -> StoreFailure {
    StoreFailure(kind, store: "test", detail: "It is \(kind.rawValue).", remedy: "Wait.")
  }

  package func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try await self.carry { () async throws(StoreFailure) in try await self.memory.entry(forKey: key) }
  }

  @discardableResult
  package func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    let isRefused = self.current.withLock { trouble in
      defer { trouble.refusesWrites = max(0, trouble.refusesWrites - 1) }
      return trouble.refusesWrites > 0
    }
    if isRefused {
      throw StoreFailure(
        .unreachable, store: "test", detail: "Nobody listens.", remedy: "Wait.", transmission: .neverSent)
    }
    return try await self.carry { () async throws(StoreFailure) in
      try await self.memory.write(value, metadata: metadata, forKey: key, if: condition, lifetime: lifetime)
    }
  }

  @discardableResult
  package func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try await self.carry { () async throws(StoreFailure) in try await self.memory.remove(key, if: condition) }
  }

  package func keys(withPrefix prefix: String, after key: String?, limit: Int) async throws(StoreFailure) -> [String] {
    try await self.carry { () async throws(StoreFailure) in
      try await self.memory.keys(withPrefix: prefix, after: key, limit: limit)
    }
  }

  package func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.carry { () async throws(StoreFailure) in try await self.memory.removeExpired(limit: limit) }
  }
}
