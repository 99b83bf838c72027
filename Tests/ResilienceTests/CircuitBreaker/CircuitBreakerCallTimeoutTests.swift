import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct CircuitBreakerCallTimeoutTests {
  private let simulation = Simulation(seed: 1)

  private func breaker(_ limit: Duration?, verdict: (@Sendable (any Error) -> Verdict)? = nil) -> CircuitBreaker {
    CircuitBreaker("timed", .init(consecutiveFailures: 2, callTimeout: limit, verdict: verdict))
  }

  /// What a call of ten seconds throws, and how long it took.
  private func call(
    _ policy: some Policy & Sendable
  ) throws -> (error: (any Error)?, took: Duration) {
    let simulation = self.simulation
    let before = simulation.elapsed
    let error = try simulation.run { () -> (any Error)? in
      do {
        try await policy.execute(in: Context(simulation.runtime)) { try await $0.runtime.sleep(for: .seconds(10)) }
        return nil
      } catch { return error }
    }
    return (error, simulation.elapsed - before)
  }

  @Test("R2.6 a breaker's time limit ends the call, as a time-out with the breaker's name, and counts as a failure")
  func ends() throws {
    let breaker = self.breaker(.seconds(3))
    for _ in 0..<2 {
      let (error, took) = try self.call(breaker)
      let rejection = try #require(error as? Rejection)
      #expect(rejection.reason == .timeout && rejection.policy == .timeout && rejection.name == "timed")
      #expect(took == .seconds(3))
    }
    #expect(breaker.state(on: self.simulation.runtime) == .open)
    let refused = try self.call(breaker)
    #expect((refused.error as? Rejection)?.reason == .circuitOpen && refused.took == .zero)
    #expect(breaker.snapshot(on: self.simulation.runtime).lastCause is Rejection)
  }

  @Test("R2.6 it counts whatever the predicate says of time-outs; those of others are the predicate's")
  func predicate() throws {
    let breaker = self.breaker(.seconds(3)) { _ in .ignored }
    for _ in 0..<2 { _ = try self.call(breaker) }
    #expect(breaker.state(on: self.simulation.runtime) == .open)
    let other = Rejection(.timeout, by: .timeout, named: "other")
    #expect(breaker.verdict(on: other) == .ignored && breaker.verdict(on: Boom()) == .ignored)
  }

  @Test("R2.6 in every pipeline, static or from configuration, the limit is the attempt's")
  func pipelines() throws {
    let (inner, flat) = (self.breaker(.seconds(3)), self.breaker(.seconds(3)))
    let pipeline = Pipeline(runtime: self.simulation.runtime) {
      Timeout(.seconds(60))
      inner
    }
    let simulation = self.simulation
    let error = try simulation.run { () -> (any Error)? in
      do {
        try await pipeline { try await simulation.runtime.sleep(for: .seconds(10)) }
        return nil
      } catch { return error }
    }
    #expect((error as? Rejection)?.name == "timed" && inner.snapshot(on: simulation.runtime).consecutiveFailures == 1)
    let configured = try ConfiguredPipeline([.circuitBreaker(flat), .timeout(Timeout(.seconds(5), name: "inner"))])
    #expect((try self.call(configured).error as? Rejection)?.name == "timed")
    #expect(flat.snapshot(on: simulation.runtime).consecutiveFailures == 1)
    let concurrent = self.breaker(.seconds(3))
    let hedged = try ConfiguredPipeline([
      .circuitBreaker(concurrent), .hedge(Hedge("h", .init(delay: .fixed(.seconds(1))))),
    ])
    let last = try simulation.run { () -> (any Error)? in
      do {
        try await hedged.concurrently(in: Context(simulation.runtime)) { try await $0.runtime.sleep(for: .seconds(10)) }
        return nil
      } catch { return error }
    }
    #expect((last as? Rejection)?.name == "timed")
    #expect(concurrent.snapshot(on: simulation.runtime).consecutiveFailures == 1)
  }

  @Test("R2.6 the presets with a limit hold it where they stand bare", arguments: [("strict", 10), ("tolerant", 120)])
  func presets(name: String, seconds: Int) throws {
    let breaker = CircuitBreaker(name, name == "strict" ? .strict : .tolerant)
    let simulation = self.simulation
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Retry(maxAttempts: 1)
      breaker
    }
    let before = simulation.elapsed
    let error = try simulation.run { () -> (any Error)? in
      do {
        try await pipeline { try await simulation.runtime.sleep(for: .seconds(1_000)) }
        return nil
      } catch { return error }
    }
    #expect((error as? Rejection)?.reason == .timeout && simulation.elapsed - before == .seconds(seconds))
    #expect(breaker.snapshot(on: simulation.runtime).tally == Tally(total: 1, failures: 1))
  }

  @Test("R2.6 a probe that takes too long is ended and opens the breaker again")
  func probe() throws {
    let breaker = self.breaker(.seconds(3))
    for _ in 0..<2 { _ = try self.call(breaker) }
    let simulation = self.simulation
    try simulation.run { try await simulation.runtime.sleep(for: .seconds(60)) }
    #expect(try self.call(breaker).took == .seconds(3))
    #expect(breaker.state(on: simulation.runtime) == .open && breaker.snapshot(on: simulation.runtime).trips == 2)
  }

  @Test("R2.6 a limit that is set at run time holds in a pipeline from configuration that was made before")
  func configuredBefore() throws {
    let breaker = self.breaker(nil)
    let pipeline = try ConfiguredPipeline([.retry(Retry(maxAttempts: 1)), .circuitBreaker(breaker)])
    #expect(try self.call(pipeline).took == .seconds(10))
    breaker.replace(.init(callTimeout: .seconds(4)), on: self.simulation.runtime)
    let (error, took) = try self.call(pipeline)
    #expect((error as? Rejection)?.reason == .timeout && took == .seconds(4))
    breaker.replace(.init(), on: self.simulation.runtime)
    #expect(try self.call(pipeline).took == .seconds(10))
  }

  @Test("R2.6 a value that an operation returns in spite of its time-out reaches the caller, and counts as a failure")
  func stubborn() throws {
    let breaker = self.breaker(.seconds(3))
    let simulation = self.simulation
    let value = try simulation.run {
      try await breaker.execute(in: Context(simulation.runtime)) { _ in
        await stubbornSleep(for: .seconds(5), in: simulation)
        return 7
      }
    }
    #expect(value == 7)
    #expect(breaker.snapshot(on: simulation.runtime).tally == Tally(total: 1, failures: 1))
  }

  @Test("R2.6 the caller's earlier deadline is no failure of the dependency; a call in time is none either")
  func deadline() throws {
    let breaker = self.breaker(.seconds(30))
    let simulation = self.simulation
    let error = try simulation.run { () -> (any Error)? in
      let deadline = Deadline(after: .seconds(1), on: simulation.runtime)
      let context = Context(simulation.runtime, operation: "o", deadline: deadline)
      do {
        try await breaker.execute(in: context) { try await $0.runtime.sleep(for: .seconds(10)) }
        return nil
      } catch { return error }
    }
    #expect((error as? Rejection)?.reason == .deadlineExceeded)
    #expect(try self.call(breaker).error == nil)
    #expect(breaker.snapshot(on: simulation.runtime).tally == Tally(total: 1))
  }

  @Test("R2.6 the limit can be switched on, changed and off at run time")
  func replaced() throws {
    let breaker = self.breaker(nil)
    #expect(try self.call(breaker).error == nil)
    for limit in [Duration.seconds(4), .seconds(2)] {
      breaker.replace(.init(callTimeout: limit), on: self.simulation.runtime)
      #expect(try self.call(breaker).took == limit)
    }
    breaker.replace(.init(), on: self.simulation.runtime)
    #expect(try self.call(breaker).took == .seconds(10))
    #expect(CircuitBreaker.Configuration.standardCallTimeout == .seconds(30))
  }

  @Test("R2.6 R2.13 as a scope it holds as well, on the caller's actor")
  func scope() async {
    let breaker = CircuitBreaker("scope", .init(consecutiveFailures: 1, callTimeout: .milliseconds(1)))
    let kept = NotSendable()
    let rejection = await #expect(throws: Rejection.self) {
      try await breaker.run {
        kept.count += 1
        try await Runtime.live.sleep(for: .seconds(60))
      }
    }
    #expect(rejection?.reason == .timeout && kept.count == 1 && breaker.state() == .open)
  }
}
