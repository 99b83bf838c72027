import Resilience
import ResilienceSimulation
import Testing

@Suite("Permits that others share")
struct SharedPermitsTests {
  /// Gives out so many permits, and counts who asks.
  private final class Counter: SharedPermits {
    let left: Lock<Int>
    let asked = Lock(0)

    init(_ left: Int) { self.left = Lock(left) }

    func take(_ permits: Int, in context: Context) async throws(Rejection) {
      self.asked.withLock { $0 += 1 }
      let isTaken = self.left.withLock { left in
        guard left >= permits else { return false }
        left -= permits
        return true
      }
      if !isTaken { throw Rejection(.rateLimited, by: .rateLimiter, named: "shared", retryAfter: .seconds(7)) }
    }
  }

  private static let laws: [RateLimiter.Configuration] = [
    .init(permits: 100, per: .seconds(1)), .init(permits: 100, per: .seconds(1), algorithm: .slidingWindow),
    .init(permits: 100, per: .seconds(1), algorithm: .gcra(burst: 100)),
    .init(permits: 100, per: .seconds(1), algorithm: .warmUp(over: .seconds(1)), maxWait: .seconds(1)),
  ]

  @Test("R6.7 a limiter whose permits are shared asks for every call, whatever its own law says", arguments: laws)
  func asks(_ law: RateLimiter.Configuration) throws {
    let simulation = Simulation(seed: 1)
    let counter = Counter(3)
    let limiter = RateLimiter("x", law, sharing: counter)
    try simulation.run {
      for number in 1...5 {
        do {
          try await limiter.execute(in: Context(simulation.runtime)) { _ in }
          #expect(number <= 3)
        } catch let rejection as Rejection {
          #expect(number > 3 && rejection.reason == .rateLimited && rejection.retryAfter == .seconds(7))
        }
      }
      limiter.replace(.init(permits: 1_000, per: .seconds(1)), on: simulation.runtime)
      await #expect(throws: Rejection.self) { try await limiter.execute(in: Context(simulation.runtime)) { _ in } }
      await #expect(throws: Rejection.self) { try await limiter.take(1, in: Context(simulation.runtime)) }
    }
    #expect(counter.asked.withLock { $0 } == 7)
  }

  @Test("R6.7 the same in a pipeline from configuration")
  func configured() throws {
    let simulation = Simulation(seed: 1)
    let counter = Counter(2)
    let limiter = RateLimiter("x", Self.laws[0], sharing: counter)
    let pipeline = try ConfiguredPipeline([.rateLimiter(limiter)])
    try simulation.run {
      for _ in 0..<2 { try await pipeline.execute(in: Context(simulation.runtime)) { _ in } }
      await #expect(throws: Rejection.self) {
        try await pipeline.execute(in: Context(simulation.runtime)) { _ in }
      }
    }
    #expect(counter.asked.withLock { $0 } == 3)
  }
}
