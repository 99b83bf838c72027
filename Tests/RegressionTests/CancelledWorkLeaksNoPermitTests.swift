import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real bulkheads lost a place for every call that was cancelled at the wrong moment.
@Suite struct CancelledWorkLeaksNoPermitTests {
  @Test("R6.1 calls cancelled while they wait or run do not shrink the bulkhead")
  func cancellation() throws {
    try withEvery(seeds: 100) { simulation in
      let runtime = simulation.runtime
      let bulkhead = Bulkhead("b", .init(maxConcurrent: 2, maxQueue: 4))
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<12 {
            group.addTask {
              let patience = Duration.milliseconds(Int(runtime.random() % 10))
              await cancelled(when: { try? await runtime.sleep(for: patience) }) {
                try await bulkhead.execute(in: Context(runtime)) { _ in
                  try await runtime.sleep(for: .milliseconds(Int(runtime.random() % 10)))
                }
              }
            }
          }
        }
      }
      #expect(bulkhead.occupancy == (0, 0), "seed \(simulation.seed)")
    }
  }

  @Test("R2.4 cancelled work teaches a breaker nothing")
  func evidence() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let breaker = CircuitBreaker("b", .init(consecutiveFailures: 1))
    try simulation.run {
      await cancelled(when: { try? await runtime.sleep(for: .seconds(1)) }) {
        try await breaker.execute(in: Context(runtime)) { _ in
          try? await runtime.sleep(until: .max)
          throw Boom()  // the cancellation in disguise
        }
      }
    }
    #expect(breaker.snapshot(on: runtime).tally == Tally() && breaker.state(on: runtime) == .closed)
  }
}
