import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct RetryAndCircuitBreakerTests {
  private func run(waits: Bool, limit: Duration) throws -> (calls: [Duration], error: (any Error)?, took: Duration) {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let script: [ScriptedDependency<Int>.Step] = [.failure(Boom()), .failure(Boom()), .success(1)]
    let dependency = ScriptedDependency(script, on: runtime)
    let pipeline = Pipeline(runtime: runtime) {
      Timeout(limit)
      Retry(.init(maxAttempts: 5, jitter: .none, waitsForOpenCircuit: waits))
      CircuitBreaker("a", .init(consecutiveFailures: 2, openDuration: .seconds(60)))
    }
    let error = try simulation.run { () -> (any Error)? in
      do {
        _ = try await pipeline { try await dependency.call() }
        return nil
      } catch { return error }
    }
    return (dependency.callTimes, error, simulation.elapsed)
  }

  @Test("R1.5 an open breaker ends the retries at once")
  func ends() throws {
    let result = try self.run(waits: false, limit: .seconds(600))
    let rejection = try #require(result.error as? Rejection)
    #expect(rejection.reason == .circuitOpen && rejection.retryAfter == .seconds(58))
    #expect(result.calls == [.zero, .seconds(1)] && result.took == .seconds(3))
  }

  @Test("R1.12 a retry that waits for an open breaker comes back when probes are admitted")
  func waits() throws {
    let result = try self.run(waits: true, limit: .seconds(600))
    #expect(result.error == nil)
    #expect(result.calls == [.zero, .seconds(1), .seconds(61)])
  }

  @Test("R1.12 it does not wait for an open breaker beyond its deadline")
  func deadline() throws {
    let result = try self.run(waits: true, limit: .seconds(60))
    #expect((result.error as? Rejection)?.reason == .circuitOpen)
    #expect(result.took == .seconds(3))
  }
}
