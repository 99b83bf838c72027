import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("Calls beyond the permitted probes that wait")
struct CircuitBreakerWaitingTests {
  private static func breaker(_ successes: Int = 1) -> CircuitBreaker {
    CircuitBreaker(
      "x",
      .init(
        consecutiveFailures: 1, openDuration: .seconds(1), permittedProbes: 1, successThreshold: successes,
        excessProbes: .wait, maxHalfOpenDuration: .seconds(20)))
  }

  /// Opens the breaker, then sends a probe of five seconds and three further calls; how those ended, and when.
  private static func race(
    _ breaker: CircuitBreaker, probe: ScriptedDependency<Int>.Step, in simulation: Simulation, deadline: Duration? = nil
  ) throws -> [String] {
    let runtime = simulation.runtime
    let pipeline = Pipeline(runtime: runtime) { breaker }
    let dependency = ScriptedDependency<Int>([.failure(Boom()), probe, .success(2)], on: runtime)
    return try simulation.run {
      _ = try? await pipeline { try await dependency.call() }
      try await runtime.sleep(for: .seconds(1))
      return await withTaskGroup(of: String.self) { group in
        for number in 0..<4 {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(number))
            var context = Context(runtime)
            if let deadline, number > 0 { context.deadline = runtime.now() + Int64(deadline / .nanoseconds(1)) }
            let text: String
            do {
              text = "\(try await pipeline(in: context) { _ in try await dependency.call() })"
            } catch let rejection as Rejection {
              text = "\(rejection.reason.rawValue) \(rejection.state ?? "")"
            } catch {
              text = "\(type(of: error))"
            }
            return "\(text) at \(Int(simulation.elapsed / .seconds(1)))"
          }
        }
        return await group.reduce(into: []) { $0.append($1) }.sorted()
      }
    }
  }

  @Test("R2.3 calls that wait pass as soon as the probe's success has closed the breaker")
  func probeSucceeds() throws {
    let simulation = Simulation(seed: 3)
    let ends = try Self.race(Self.breaker(), probe: .success(1, after: .seconds(5)), in: simulation)
    #expect(ends == ["1 at 6", "2 at 6", "2 at 6", "2 at 6"])
  }

  @Test("R2.3 calls that wait are refused as soon as the probe has failed")
  func probeFails() throws {
    let simulation = Simulation(seed: 3)
    let ends = try Self.race(Self.breaker(), probe: .failure(Boom(), after: .seconds(5)), in: simulation)
    #expect(ends == ["Boom at 6", "circuitOpen open at 6", "circuitOpen open at 6", "circuitOpen open at 6"])
  }

  @Test("a probe that ended well but decides nothing gives its place to one that waits")
  func handedOn() throws {
    let simulation = Simulation(seed: 3)
    let breaker = Self.breaker(4)
    let ends = try Self.race(breaker, probe: .success(1, after: .seconds(5)), in: simulation)
    #expect(ends == ["1 at 6", "2 at 6", "2 at 6", "2 at 6"])
    #expect(breaker.state(on: simulation.runtime) == .closed)
  }

  @Test("a call waits at most until its deadline")
  func deadline() throws {
    let simulation = Simulation(seed: 3)
    let ends = try Self.race(
      Self.breaker(), probe: .success(1, after: .seconds(5)), in: simulation, deadline: .seconds(2))
    #expect(ends == ["1 at 6", "circuitOpen halfOpen at 3", "circuitOpen halfOpen at 3", "circuitOpen halfOpen at 3"])
  }

  @Test("a probe that never answers holds nobody up for longer than its lease")
  func lostProbe() throws {
    let simulation = Simulation(seed: 3)
    let breaker = Self.breaker()
    let runtime = simulation.runtime
    let pipeline = Pipeline(runtime: runtime) { breaker }
    let hanging = ScriptedDependency<Int>([.failure(Boom()), .hang], on: runtime)
    let value = try simulation.run {
      _ = try? await pipeline { try await hanging.call() }
      try await runtime.sleep(for: .seconds(1))
      return try await withThrowingTaskGroup(of: Int?.self) { group in
        group.addTask { try? await pipeline { try await hanging.call() } }
        group.addTask {
          try await runtime.sleep(for: .milliseconds(1))
          return try await pipeline { 7 }
        }
        let first = try await group.next() ?? nil
        group.cancelAll()
        return first
      }
    }
    #expect(value == 7)
    #expect(Int(simulation.elapsed / .seconds(1)) == 21)
  }

  @Test("a call that is cancelled while it waits ends as cancelled and leaves nothing behind")
  func cancelled() throws {
    let simulation = Simulation(seed: 3)
    let runtime = simulation.runtime
    let breaker = Self.breaker()
    let pipeline = Pipeline(runtime: runtime) { breaker }
    let isCancelled = try simulation.run {
      _ = try? await pipeline { throw Boom() }
      try await runtime.sleep(for: .seconds(1))
      let probe = try await breaker.acquire(in: Context(runtime))
      let waiting = await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          do {
            _ = try await pipeline { 1 }
            return false
          } catch {
            return error is CancellationError
          }
        }
        try? await runtime.sleep(for: .milliseconds(5))
        group.cancelAll()
        return await group.next() ?? false
      }
      probe.complete(.success)
      return waiting
    }
    #expect(isCancelled)
    #expect(breaker.state(on: runtime) == .closed)
  }
}
