import Resilience
import ResilienceSimulation
import Testing

/// Most breakers count a result that was begun before the last change of state.
@Suite struct LateResultsDoNotCountTests {
  @Test(
    "R2.1 what was begun before the breaker opened neither closes, opens nor counts",
    arguments: [Verdict.success, .failure])
  func late(verdict: Verdict) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    try simulation.run {
      let context = Context(runtime)
      let breaker = CircuitBreaker(
        "b", .init(consecutiveFailures: 2, openDuration: .seconds(1), permittedProbes: 1, successThreshold: 1))
      let early = try await breaker.acquire(in: context)
      let later = try await breaker.acquire(in: context)
      for _ in 0..<2 { try await breaker.acquire(in: context).complete(.failure, Boom()) }
      try await runtime.sleep(for: .seconds(1))
      let probe = try await breaker.acquire(in: context)
      early.complete(verdict)
      #expect(breaker.state(on: runtime) == .halfOpen)
      probe.complete(.success)
      later.complete(verdict)
      let snapshot = breaker.snapshot(on: runtime)
      #expect(snapshot.state == .closed && snapshot.tally == Tally() && snapshot.consecutiveFailures == 0)
    }
  }
}
