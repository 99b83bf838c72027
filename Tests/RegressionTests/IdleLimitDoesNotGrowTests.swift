import Resilience
import ResilienceSimulation
import Testing

/// Real adaptive limits grew while nobody used them, and were no limit any more when the storm came.
@Suite struct IdleLimitDoesNotGrowTests {
  @Test(
    "R6.8 hours of light load leave the limit where it is, with every law",
    arguments: [Limit.Algorithm.aimd(), .vegas(), .gradient2()])
  func idle(law: Limit.Algorithm) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = AdaptiveLimiter("a", .init(algorithm: law))
    try simulation.run {
      for _ in 0..<5_000 {
        try await limiter.execute(in: Context(runtime)) { _ in
          try await runtime.sleep(for: .milliseconds(10 + Int(runtime.random() % 3)))
        }
        try await runtime.sleep(for: .seconds(3))
      }
    }
    #expect(simulation.elapsed > .seconds(4 * 3_600) && limiter.occupancy == (0, 20))
  }
}
