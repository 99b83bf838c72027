import Resilience
import ResilienceSimulation
import Testing

/// Ours lowered the limit once for every call of a congested queue: from 118 to 1, and up again, for ever.
@Suite struct LimitDoesNotFallForOneReasonTwiceTests {
  @Test("R6.8 when a hundred calls fail together the limit falls by a tenth, not to its least")
  func together() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 100, min: 1))))
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            try? await limiter.execute(in: Context(runtime)) { _ in
              try await runtime.sleep(for: .milliseconds(50 + number))
              throw Boom()
            }
          }
        }
      }
    }
    #expect(limiter.occupancy == (0, 90))
  }
}
