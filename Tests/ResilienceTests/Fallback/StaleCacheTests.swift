import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct StaleCacheTests {
  private let simulation = Simulation(seed: 1)

  @Test("R4.2 it fills on success and answers on failure, telling source, age and cause")
  func answers() throws {
    let runtime = self.simulation.runtime
    let recorder = EventRecorder()
    let cache = StaleCache<String, Int>("rates")
    let context = Context(runtime, operation: "rates", observer: recorder)
    try self.simulation.run {
      let fresh = try await cache.answer(for: "eur", in: context) { _ in 7 }
      #expect(fresh.value == 7 && !fresh.isDegraded)
      try await runtime.sleep(for: .seconds(60))
      let stale = try await cache.answer(for: "eur", in: context) { _ in throw Boom(number: 3) }
      #expect(stale.value == 7 && stale.isDegraded)
      #expect(stale.degradation?.source == "rates" && stale.degradation?.age == .seconds(60))
      #expect(stale.degradation?.cause as? Boom == Boom(number: 3))
      await #expect(throws: Boom()) { try await cache.answer(for: "usd", in: context) { _ in throw Boom() } }
    }
    #expect(recorder.lines == ["staleCache rates: served an answer 60.0 seconds old (Boom(number: 3))"])
  }

  @Test("R12.6 other bounds forget what does not fit any more, the longest unused first, and keep the rest")
  func resized() {
    let runtime = self.simulation.runtime
    let cache = StaleCache<Int, Int>("rates", .init(maxEntries: 5, maxCost: 100)) { $0 }
    for number in 1...5 { cache.store(number, for: number, on: runtime) }
    _ = cache.find(1, on: runtime)
    cache.resize(maxEntries: 3, maxCost: 100)
    #expect([1, 2, 3, 4, 5].filter { cache.find($0, on: runtime) != nil } == [1, 4, 5])
    cache.resize(maxEntries: 3, maxCost: 6)
    #expect(cache.contents == (count: 1, cost: 5))
    cache.resize(maxEntries: 9, maxCost: 9)
    cache.store(2, for: 2, on: runtime)
    #expect(cache.contents == (count: 2, cost: 7))
  }

  @Test("R4.1 an answer is at most 60 minutes old by default: at that age it is given, beyond it is not")
  func maxAge() throws {
    let runtime = self.simulation.runtime
    let cache = StaleCache<Int, Int>()
    try self.simulation.run {
      cache.store(1, for: 1, on: runtime)
      try await runtime.sleep(for: .seconds(3_600))
      #expect(cache.find(1, on: runtime)?.age == .seconds(3_600))
      try await runtime.sleep(for: .nanoseconds(1))
      #expect(cache.find(1, on: runtime) == nil)
      #expect(cache.contents.count == 0)  // what is too old takes no place either
    }
  }

  @Test("R4.2 it is bounded in number and in weight")
  func bounds() {
    let cache = StaleCache<Int, String>("bounded", .init(maxEntries: 3, maxCost: 10)) { $0.count }
    for key in 0..<100 { cache.store("abc", for: key) }
    #expect(cache.contents == (3, 9))
    cache.store("1234567890", for: 1)
    #expect(cache.contents == (1, 10))
    cache.store("12345678901", for: 1)  // heavier than everything together may be
    #expect(cache.contents == (0, 0))
    cache.store("a", for: 2)
    cache.remove(2)
    #expect(cache.find(2) == nil)
  }

  @Test("R4.2 cancellation is not answered from the cache, in whatever disguise")
  func cancellation() async {
    let cache = StaleCache<Int, Int>()
    cache.store(1, for: 1)
    await #expect(throws: CancellationError.self) { try await cache.answer(for: 1) { _ in throw CancellationError() } }
    await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await #expect(throws: Boom()) { try await cache.answer(for: 1) { _ in throw Boom() } }
    }.value
  }

  @Test("R4.1 it is a link of a fallback chain: asked in its turn, passing on what it does not know")
  func link() async throws {
    let cache = StaleCache<Int, Int>("memory")
    let chain = cache.fallback(for: 1).then(.value(0, named: "nothing"))
    #expect(try await chain.answer { throw Boom() }.degradation?.source == "nothing")
    cache.store(5, for: 1)
    let answer = try await chain.answer { throw Boom() }
    #expect(answer.value == 5 && answer.degradation?.source == "memory" && answer.degradation?.age != nil)
  }
}
