import Resilience
import ResilienceInterfaces

/// A store in memory that can be away, lose requests, lose answers and take its time, by the simulation's chance.
final class UnreliableStore: KeyValueStore {
  struct Trouble: Sendable {
    /// Nothing arrives.
    var isAway = false
    /// Chances of 0…1.
    var losesRequest = 0.0
    var losesAnswer = 0.0
    /// The longest way there and back each.
    var delay = Duration.zero
  }

  let runtime: Runtime
  let memory: InMemoryKeyValueStore
  private let current = Lock(Trouble())
  private let asked = Lock(0)

  init(on runtime: Runtime) {
    self.runtime = runtime
    self.memory = InMemoryKeyValueStore(clock: StoreClock(runtime))
  }

  var trouble: Trouble {
    get { self.current.withLock { $0 } }
    set { self.current.withLock { $0 = newValue } }
  }
  var calls: Int { self.asked.withLock { $0 } }

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

  func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try await self.carry { () async throws(StoreFailure) in try await self.memory.entry(forKey: key) }
  }

  @discardableResult
  func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    try await self.carry { () async throws(StoreFailure) in
      try await self.memory.write(value, metadata: metadata, forKey: key, if: condition, lifetime: lifetime)
    }
  }

  @discardableResult
  func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try await self.carry { () async throws(StoreFailure) in try await self.memory.remove(key, if: condition) }
  }

  func keys(withPrefix prefix: String, after key: String?, limit: Int) async throws(StoreFailure) -> [String] {
    try await self.carry { () async throws(StoreFailure) in
      try await self.memory.keys(withPrefix: prefix, after: key, limit: limit)
    }
  }

  func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.carry { () async throws(StoreFailure) in try await self.memory.removeExpired(limit: limit) }
  }
}
