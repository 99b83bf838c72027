import Resilience
import ResilienceSimulation
import Testing

/// Real breakers stayed half-open for ever when their probe never reported back.
@Suite struct HalfOpenIsNotStuckTests {
  /// Half-open, then whatever happens to the probe, then a good call has to close it.
  private func closes(
    lease: Duration = .seconds(60), _ probe: @escaping @Sendable (CircuitBreaker, Runtime) async throws -> Void
  ) throws -> Bool {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    return try simulation.run {
      let breaker = try await halfOpenBreaker(runtime, lease: lease)
      try await probe(breaker, runtime)
      _ = try? await breaker.execute(in: Context(runtime)) { _ in }
      return breaker.state(on: runtime) == .closed
    }
  }

  @Test("R2.3 a cancelled probe does not leave the breaker stuck half-open")
  func cancelledProbe() throws {
    let isClosed = try self.closes { breaker, runtime in
      await cancelled(when: { try? await runtime.sleep(for: .seconds(5)) }) {
        try await breaker.execute(in: Context(runtime)) { _ in try await runtime.sleep(until: .max) }
      }
    }
    #expect(isClosed)
  }

  @Test("R2.3 a probe that hangs does not leave the breaker stuck half-open")
  func hangingProbe() throws {
    let isClosed = try self.closes(lease: .seconds(10)) { breaker, runtime in
      let permit = try await breaker.acquire(in: Context(runtime))
      try await runtime.sleep(for: .seconds(10))
      _ = try await breaker.execute(in: Context(runtime)) { _ in }  // the place is free again
      permit.complete(.failure)  // too late to be heard
    }
    #expect(isClosed)
  }

  @Test("R2.3 a probe that an inner layer refuses does not leave the breaker stuck half-open")
  func refusedProbe() throws {
    let isClosed = try self.closes { breaker, runtime in
      let bulkhead = Bulkhead("full", .init(maxConcurrent: 1))
      let permit = try await bulkhead.acquire(in: Context(runtime))
      let pipeline = Pipeline(runtime: runtime) {
        breaker
        bulkhead
      }
      let rejection = await #expect(throws: Rejection.self) { try await pipeline {} }
      #expect(rejection?.reason == .bulkheadFull)
      permit.complete(.success)
    }
    #expect(isClosed)
  }

  @Test("R2.3 a probe whose outer time-out ends it does not leave the breaker stuck half-open")
  func timedOutProbe() throws {
    let isClosed = try self.closes { breaker, runtime in
      let pipeline = Pipeline(runtime: runtime) {
        Timeout(.seconds(2))
        breaker
      }
      _ = try? await pipeline { try await runtime.sleep(until: .max) }
    }
    #expect(isClosed)
  }
}
