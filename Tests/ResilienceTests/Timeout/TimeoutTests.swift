import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct TimeoutTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  /// What a call throws, and when it comes back.
  private func outcome(
    _ limits: [Duration], in context: Context? = nil, _ body: @escaping @Sendable () async throws -> Int
  ) throws -> (value: Int?, error: (any Error)?, took: Duration) {
    let simulation = self.simulation
    let steps = limits.map { PipelineStep.timeout(Timeout($0, name: "\($0)")) }
    let pipeline = try ConfiguredPipeline(steps)
    let context = context ?? Context(simulation.runtime)
    let before = simulation.elapsed
    let result = try simulation.run { () -> Result<Int, any Error> in
      do { return .success(try await pipeline.execute(in: context) { _ in try await body() }) } catch {
        return .failure(error)
      }
    }
    let took = simulation.elapsed - before
    switch result {
    case .success(let value): return (value, nil, took)
    case .failure(let error): return (nil, error, took)
    }
  }

  @Test("R3.1 an operation that is fast enough passes, with its value or its own error")
  func fast() throws {
    let runtime = self.runtime
    #expect(try self.outcome([.seconds(5)]) { 7 }.value == 7)
    let slow = try self.outcome([.seconds(5)]) {
      try await runtime.sleep(for: .seconds(4))
      throw Boom(number: 4)
    }
    #expect(slow.error as? Boom == Boom(number: 4) && slow.took == .seconds(4))
  }

  @Test("R3.1 it cancels the operation at the deadline and says that it was the time-out")
  func expires() throws {
    let runtime = self.runtime
    let result = try self.outcome([.seconds(5)]) {
      try await runtime.sleep(for: .seconds(60))
      return 1
    }
    let rejection = try #require(result.error as? Rejection)
    #expect(rejection.reason == .timeout && rejection.policy == .timeout && rejection.name == "5.0 seconds")
    #expect(result.took == .seconds(5) && rejection.transmission == .unknown && rejection.category == .timeout)
  }

  @Test("R3.1 the caller's own cancellation is no time-out", arguments: [0, 1, 4])
  func callerCancelled(after seconds: Int) throws {
    let simulation = self.simulation
    let pipeline = Pipeline(runtime: simulation.runtime) { Timeout(.seconds(5)) }
    let error = try simulation.run {
      await cancelled(after: .seconds(seconds), in: simulation) {
        try await pipeline { try await simulation.runtime.sleep(for: .seconds(60)) }
      }
    }
    #expect(error is CancellationError && simulation.elapsed == .seconds(seconds))
  }

  @Test("R3.1 an operation that does not react to cancellation is awaited; its late value is returned")
  func lateValue() throws {
    let simulation = self.simulation
    let result = try self.outcome([.seconds(5)]) {
      await stubbornSleep(for: .seconds(8), in: simulation)
      return 3
    }
    #expect(result.value == 3 && result.took == .seconds(8))
  }

  @Test("R3.1 whatever a late operation throws, the cause is the time-out")
  func lateError() throws {
    let simulation = self.simulation
    let result = try self.outcome([.seconds(5)]) {
      await stubbornSleep(for: .seconds(8), in: simulation)
      throw Boom()
    }
    #expect((result.error as? Rejection)?.reason == .timeout && result.took == .seconds(8))
  }

  @Test("R3.1 of nested time-outs the earlier wins, and the error names it", arguments: [(3, 9), (9, 3)])
  func nested(outer: Int, inner: Int) throws {
    let runtime = self.runtime
    let result = try self.outcome([.seconds(outer), .seconds(inner)]) {
      try await runtime.sleep(for: .seconds(60))
      return 1
    }
    let rejection = try #require(result.error as? Rejection)
    #expect(rejection.reason == .timeout && rejection.name == "3.0 seconds" && result.took == .seconds(3))
  }

  @Test("R3.1 when the caller's deadline passes first it is not called a time-out of ours")
  func callersDeadline() throws {
    let runtime = self.runtime
    let recorder = EventRecorder()
    let context = Context(
      runtime, operation: "call", correlationID: "abc", deadline: Deadline(after: .seconds(2), on: runtime),
      observer: recorder)
    let result = try self.outcome([.seconds(5)], in: context) {
      try await runtime.sleep(for: .seconds(60))
      return 1
    }
    let rejection = try #require(result.error as? Rejection)
    #expect(rejection.reason == .deadlineExceeded && result.took == .seconds(2) && rejection.correlationID == "abc")
    #expect(recorder.lines == ["timeout 5.0 seconds: rejected (deadlineExceeded)"])
    // It may have been sent: not to be repeated unless it is idempotent.
    #expect(rejection.transmission == .unknown)
  }

  @Test("R3.1 the deadline that a server has bound for the request counts, too")
  func boundDeadline() throws {
    let runtime = self.runtime
    let pipeline = Pipeline(runtime: runtime) { Timeout(.seconds(30)) }
    let error = try self.simulation.run { () -> Rejection? in
      await Deadline.$current.withValue(Deadline(after: .seconds(2), on: runtime)) {
        await #expect(throws: Rejection.self) { try await pipeline { try await runtime.sleep(for: .seconds(60)) } }
      }
    }
    #expect(error?.reason == .deadlineExceeded && self.simulation.elapsed == .seconds(2))
  }

  @Test("R3.1 after the deadline, or without any time, the operation is not begun")
  func alreadyExpired() throws {
    let context = Context(self.runtime, operation: "", deadline: Deadline(after: .seconds(-1), on: self.runtime))
    let late = try self.outcome([.seconds(5)], in: context) {
      Issue.record("begun after its deadline")
      return 1
    }
    #expect((late.error as? Rejection)?.reason == .deadlineExceeded && late.took == .zero)
    let none = try self.outcome([.zero]) {
      Issue.record("begun without any time")
      return 1
    }
    #expect((none.error as? Rejection)?.reason == .timeout && none.took == .zero)
  }

  @Test("R3.1 each layer tells what it decided: the one whose limit passed a time-out, an inner one a refusal")
  func events() throws {
    let runtime = self.runtime
    let recorder = EventRecorder()
    let context = Context(runtime, operation: "", deadline: nil, observer: recorder)
    _ = try self.outcome([.seconds(3), .seconds(9)], in: context) {
      try await runtime.sleep(for: .seconds(60))
      return 1
    }
    #expect(
      recorder.lines == [
        "timeout 9.0 seconds: rejected (deadlineExceeded)", "timeout 3.0 seconds: timed out after 3.0 seconds",
      ])
  }

  @Test("R3.1 nothing is left behind: no timer is armed after the operation has ended")
  func leaksNothing() throws {
    let runtime = self.runtime
    for _ in 0..<100 {
      _ = try self.outcome([.seconds(3_600), .seconds(1_800)]) {
        try await runtime.sleep(for: .milliseconds(1))
        return 1
      }
    }
    #expect(self.simulation.elapsed == .milliseconds(100))  // an armed timer would have moved the clock
  }

  @Test("R3.1 the operation sees the narrowed deadline in its context")
  func context() throws {
    let runtime = self.runtime
    let pipeline = Pipeline(runtime: runtime) {
      Timeout(.seconds(9))
      Timeout(.seconds(4))
    }
    let remaining = try self.simulation.run { try await pipeline { $0.remaining } }
    #expect(remaining == .seconds(4))
  }

  @Test("R3.1 an attempt's time-out inside a breaker is evidence, one around it is not")
  func evidence() throws {
    for inside in [true, false] {
      let simulation = Simulation(seed: 1)
      let breaker = CircuitBreaker("a", .init(consecutiveFailures: 1))
      let timeout = Timeout(.seconds(1))
      let pipeline = try ConfiguredPipeline(
        inside ? [.circuitBreaker(breaker), .timeout(timeout)] : [.timeout(timeout), .circuitBreaker(breaker)])
      try simulation.run {
        let error = await #expect(throws: Rejection.self) {
          try await pipeline.execute(in: Context(simulation.runtime)) { _ in
            try await simulation.runtime.sleep(until: .max)
          }
        }
        #expect(error?.reason == .timeout)
      }
      #expect(breaker.state(on: simulation.runtime) == (inside ? .open : .closed))
    }
  }
}
