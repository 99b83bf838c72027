import ResilienceSimulation
import Testing

@testable import Resilience

/// Values that count as failures where the operation may run more than once at a time.
@Suite struct ConcurrentFailingTests {
  private static func judge(_ status: Int) -> FailingResult? { status >= 500 ? FailingResult(.unavailable) : nil }

  @Test("R1.5 a 503 under a hedge is retried, and the good answer of any attempt wins")
  func retried() throws {
    let simulation = Simulation(seed: 2)
    let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(100))))
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Retry(maxAttempts: 3)
      hedge
    }
    let configured = try ConfiguredPipeline([.retry(Retry(maxAttempts: 3)), .hedge(hedge)])
    let runtime = simulation.runtime
    try simulation.run {
      for form in 0..<2 {
        let calls = Counter()
        let operation: @Sendable (Context) async throws -> Int = { _ in calls.add() < 3 ? 503 : 200 }
        let status =
          form == 0
          ? try await pipeline(failing: Self.judge, operation)
          : try await configured.concurrently(in: Context(runtime), failing: Self.judge, operation)
        #expect(status == 200 && calls.value == 3)
      }
    }
  }

  @Test("R1.14 the answer of a hedge's second attempt wins over the first one's 503")
  func hedged() throws {
    let simulation = Simulation(seed: 3)
    let runtime = simulation.runtime
    let pipeline = Pipeline(runtime: runtime) { Hedge("h", .init(delay: .fixed(.milliseconds(10)))) }
    let status = try simulation.run {
      try await pipeline(failing: Self.judge) { context in
        try await runtime.sleep(for: .milliseconds(context.attempt == 1 ? 50 : 100))
        return context.attempt == 1 ? 503 : 200
      }
    }
    #expect(status == 200)
  }

  @Test("R1.5 when every attempt's answer is a 503 the caller gets it, and no error")
  func last() throws {
    let simulation = Simulation(seed: 4)
    let breaker = CircuitBreaker("b", .init(consecutiveFailures: 2))
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Hedge("h", .init(delay: .fixed(.zero)))
      breaker
    }
    let status = try simulation.run { try await pipeline(failing: Self.judge) { _ in 503 } }
    #expect(status == 503 && breaker.snapshot(on: simulation.runtime).tally.failures > 0)
  }

  @Test("an error of its own passes through unchanged")
  func ownError() throws {
    let simulation = Simulation(seed: 5)
    let pipeline = Pipeline(runtime: simulation.runtime) { Hedge("h", .init(delay: .fixed(.seconds(1)))) }
    #expect(throws: Boom(number: 4)) {
      try simulation.run {
        try await pipeline(failing: Self.judge) { context in
          if context.attempt > 0 { throw Boom(number: 4) }
          return 503
        }
      }
    }
  }
}
