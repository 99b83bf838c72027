import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real breakers let every waiting caller through in the instant in which the open time ended.
@Suite struct NotTooManyProbesTests {
  @Test("R2.3 a crowd that arrives when the open time ends does not probe all at once")
  func crowd() throws {
    try withEvery(seeds: 50) { simulation in
      let runtime = simulation.runtime
      let dependency = ScriptedDependency<Int>([.success(1, after: .seconds(1))], on: runtime)
      try simulation.run {
        let breaker = CircuitBreaker(
          "b", .init(consecutiveFailures: 1, openDuration: .seconds(1), permittedProbes: 3, successThreshold: 3))
        try await breaker.acquire(in: Context(runtime)).complete(.failure, Boom())
        try await runtime.sleep(for: .seconds(1))
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<50 {
            group.addTask {
              _ = try? await breaker.execute(in: Context(runtime)) { _ in try await dependency.call() }
            }
          }
        }
        #expect(breaker.state(on: runtime) == .closed)
      }
      #expect(dependency.mostInFlight == 3 && dependency.calls == 3)
    }
  }
}
