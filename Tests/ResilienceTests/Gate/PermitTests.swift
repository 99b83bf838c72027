import Resilience
import ResilienceSimulation
import Testing

@Suite struct PermitTests {
  @Test("a permit that is dropped counts as ignored and gives its place back")
  func dropped() async throws {
    let breaker = CircuitBreaker("a", .init(consecutiveFailures: 1))
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1))
    for _ in 0..<10 {
      _ = try await breaker.acquire()
      _ = try await bulkhead.acquire()
    }
    #expect(breaker.snapshot().tally == Tally() && bulkhead.occupancy == (0, 0))
  }

  @Test("a dropped probe frees its slot: the breaker is not stuck half-open")
  func droppedProbe() async throws {
    let time = ManualTime()
    let breaker = CircuitBreaker("a", .init(consecutiveFailures: 1, permittedProbes: 1, successThreshold: 1))
    let context = Context(time.runtime)
    try await breaker.acquire(in: context).complete(.failure, Boom())
    time.advance(by: .seconds(60))
    for _ in 0..<5 {
      let permit = try await breaker.acquire(in: context)
      let isProbe = permit.isProbe
      #expect(isProbe)
    }
    try await breaker.acquire(in: context).complete(.success)
    #expect(breaker.state(on: time.runtime) == .closed)
  }

  @Test("completing reports verdict and cause")
  func completed() async throws {
    let breaker = CircuitBreaker("a")
    try await breaker.acquire().complete(.success)
    let permit = try await breaker.acquire()
    let isProbe = permit.isProbe
    #expect(!isProbe)
    permit.complete(.failure, Boom(number: 3))
    let snapshot = breaker.snapshot()
    #expect(snapshot.tally == Tally(total: 2, failures: 1) && snapshot.lastCause as? Boom == Boom(number: 3))
  }

  @Test("a permit is held across suspensions, for as long as a body streams")
  func held() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1))
    try simulation.run {
      let permit = try await bulkhead.acquire(in: Context(runtime))
      for _ in 0..<5 {
        try await runtime.sleep(for: .seconds(1))
        let rejection = await #expect(throws: Rejection.self) {
          _ = try await bulkhead.acquire(in: Context(runtime)).isProbe
        }
        #expect(rejection?.reason == .bulkheadFull)
      }
      permit.complete(.success)
      #expect(bulkhead.occupancy == (0, 0))
    }
  }

  @Test("a wait for a permit that is cancelled ends with the reason cancelled")
  func cancelledWait() throws {
    let simulation = Simulation(seed: 1)
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 1))
    let error = try simulation.run { () -> (any Error)? in
      let held = try await bulkhead.acquire(in: Context(simulation.runtime))
      let error = await cancelled(after: .seconds(1), in: simulation) {
        _ = try await bulkhead.acquire(in: Context(simulation.runtime)).isProbe
      }
      held.complete(.success)
      return error
    }
    #expect((error as? Rejection)?.reason == .cancelled && bulkhead.occupancy == (0, 0))
  }
}
