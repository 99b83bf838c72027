import Resilience
import ResilienceSimulation
import Testing

/// Real limiters took the time after which callers gave up for the time that the dependency takes.
@Suite struct CancelledWorkTeachesNoLimiterTests {
  @Test(
    "R6.8 callers who give up early do not move the limit, and give their places back",
    arguments: [Limit.Algorithm.aimd(), .vegas(), .gradient2()])
  func cancellation(law: Limit.Algorithm) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = AdaptiveLimiter("a", .init(algorithm: law))
    try simulation.run {
      for _ in 0..<100 {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<20 {
            group.addTask {
              try? await limiter.execute(in: Context(runtime)) { _ in try await runtime.sleep(for: .seconds(60)) }
            }
          }
          try? await runtime.sleep(for: .milliseconds(5))
          group.cancelAll()
        }
      }
    }
    #expect(limiter.occupancy == (0, 20))
  }
}
