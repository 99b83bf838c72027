import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

/// A store that can be away, and hangs then.
private final class Away: KeyValueStore {
  let kept: InMemoryKeyValueStore
  private let simulation: Simulation
  private let state = Lock((isAway: false, calls: 0))

  init(_ simulation: Simulation) {
    self.simulation = simulation
    self.kept = InMemoryKeyValueStore(clock: StoreClock(simulation.runtime))
  }

  var calls: Int { self.state.withLock { $0.calls } }
  func be(away: Bool) { self.state.withLock { $0.isAway = away } }

  private func reach() async throws(StoreFailure) {
    let isAway = self.state.withLock { state in
      state.calls += 1
      return state.isAway
    }
    guard isAway else { return }
    try? await self.simulation.runtime.sleep(for: .seconds(86_400))
    throw StoreFailure(.unreachable, store: "away", detail: "It hangs.", remedy: "Wait.")
  }

  func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try await self.reach()
    return try await self.kept.entry(forKey: key)
  }

  func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    try await self.reach()
    return try await self.kept.write(value, metadata: metadata, forKey: key, if: condition, lifetime: lifetime)
  }

  func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try await self.reach()
    return try await self.kept.remove(key, if: condition)
  }

  func keys(withPrefix prefix: String, after key: String?, limit: Int) async throws(StoreFailure) -> [String] {
    try await self.kept.keys(withPrefix: prefix, after: key, limit: limit)
  }

  func removeExpired(limit: Int) async throws(StoreFailure) -> Int { try await self.kept.removeExpired(limit: limit) }
}

@Suite("Stale answers that instances share")
struct SharedStaleCacheTests {
  private struct Outage: Error {}
  private let simulation = Simulation(seed: 1)
  private let store: Away

  init() { self.store = Away(self.simulation) }

  private func cache(_ configuration: SharedStaleCache<String>.Configuration = .init()) -> SharedStaleCache<String> {
    SharedStaleCache("prices", in: self.store, configuration, runtime: self.simulation.runtime) {
      $0.isEmpty ? nil : Array($0.utf8)
    } decode: {
      String(validating: $0, as: UTF8.self)
    }
  }

  private func pass(_ length: Duration) async throws { try await self.simulation.runtime.sleep(for: length) }

  @Test("R4.2 what one instance has seen stands in for a failure that another meets, with its age, until it is too old")
  func shared() throws {
    let (one, other) = (self.cache(), self.cache())
    try self.simulation.run {
      let context = Context(self.simulation.runtime)
      #expect(try await one.answer(for: "a", in: context) { _ in "12" }.value == "12")
      try await self.pass(.seconds(40))
      let answer = try await other.answer(for: "a", in: context) { _ in throw Outage() }
      #expect(answer.value == "12" && answer.degradation?.source == "prices" && answer.degradation?.age == .seconds(40))
      await #expect(throws: Outage.self) { try await other.answer(for: "b", in: context) { _ in throw Outage() } }
      try await self.pass(.seconds(3_561))
      #expect(await other.find("a") == nil)
    }
  }

  @Test("R4.2 a key is written once in a while however often it is answered, and forgotten for everybody")
  func seldom() throws {
    let (one, other) = (self.cache(), self.cache())
    try self.simulation.run {
      for number in 0..<100 {
        one.keep("\(number)", for: "a")
        try await self.pass(.milliseconds(10))
      }
      #expect(self.store.calls == 1)
      try await self.pass(.seconds(1))
      one.keep("new", for: "a")
      try await self.pass(.seconds(1))
      #expect(await other.find("a")?.value == "new")
      one.forget("a")
      #expect(await one.find("a") == nil, "at once")
      try await self.pass(.seconds(1))
      #expect(await other.find("a") == nil)
    }
  }

  @Test("R4.2 a store that hangs holds nobody up, is left alone, and what was to be forgotten is, when it is back")
  func away() throws {
    let (one, other) = (self.cache(), self.cache())
    try self.simulation.run {
      one.keep("secret", for: "a")
      try await self.pass(.seconds(1))
      self.store.be(away: true)
      let before = self.simulation.now()
      one.forget("a")
      for number in 0..<1_000 { one.keep("x", for: "k\(number)") }
      #expect(self.simulation.now() == before)
      #expect(await one.find("a") == nil)
      for _ in 0..<50 { #expect(await one.find("k") == nil) }
      #expect(self.simulation.now() - before <= 400_000_000, "three waits of 100 ms, then the breaker is open")
      self.store.be(away: false)
      try await self.pass(.seconds(6))
      one.keep("y", for: "k")
      try await self.pass(.seconds(1))
      #expect(await other.find("a") == nil)
      #expect(await other.find("k")?.value == "y")
    }
  }

  @Test("R4.2 what cannot be encoded is not kept, and what cannot be read is no answer")
  func unreadable() throws {
    let cache = self.cache()
    try self.simulation.run {
      cache.keep("", for: "a")
      try await self.pass(.seconds(1))
      #expect(self.store.calls == 0)
      _ = try await self.store.kept.write([0xFF], metadata: ["at": "0"], forKey: "a", if: .always, lifetime: nil)
      #expect(await cache.find("a") == nil)
    }
  }
}
