import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct RetryTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  @Test("R1.1 a retry runs a failed operation again until it succeeds, as a policy value and in a pipeline")
  func succeeds() throws {
    let runtime = self.runtime
    let dependency = ScriptedDependency([.failure(Boom()), .failure(Boom()), .success(7)], on: runtime)
    let retry = Retry(maxAttempts: 3, jitter: .none)
    let value = try self.simulation.run {
      try await retry.execute(in: Context(runtime)) { context in
        #expect(context.attempt == dependency.calls + 1)
        return try await dependency.call()
      }
    }
    #expect(value == 7)
    #expect(dependency.callTimes == [.zero, .seconds(1), .seconds(3)])
  }

  @Test("R1.2 the documented preset makes four attempts with waits of 1, 2 and 4 seconds and up to a tenth more")
  func documented() throws {
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: self.runtime)
    let pipeline = Pipeline(runtime: self.runtime) { Retry(.documented) }
    #expect(throws: Boom()) { try self.simulation.run { try await pipeline { try await dependency.call() } } }
    let times = dependency.callTimes
    let waits = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(waits.count == 3)
    for (wait, planned) in zip(waits, [1, 2, 4]) {
      #expect(wait >= .seconds(planned) && wait <= .seconds(planned) + .milliseconds(100 * planned))
    }
  }

  @Test("R1.7 Retry-After is waited for exactly, although the back-off is shorter")
  func retryAfter() throws {
    let busy = Categorized(category: .rateLimited, retryAfter: .seconds(17))
    let dependency = ScriptedDependency([.failure(busy), .success(1)], on: self.runtime)
    let pipeline = Pipeline(runtime: self.runtime) { Retry(maxAttempts: 3) }
    _ = try self.simulation.run { try await pipeline { try await dependency.call() } }
    #expect(dependency.callTimes == [.zero, .seconds(17)])
  }

  @Test("R1.7 a Retry-After that is too long, or beyond the deadline, comes back at once in the error")
  func retryAfterTooLong() throws {
    for (wait, limit) in [(Duration.seconds(31), Duration.seconds(3600)), (.seconds(20), .seconds(19))] {
      let simulation = Simulation(seed: 1)
      let busy = Categorized(category: .unavailable, retryAfter: wait)
      let dependency = ScriptedDependency<Int>([.failure(busy)], on: simulation.runtime)
      let pipeline = Pipeline(runtime: simulation.runtime) {
        Timeout(limit)
        Retry(maxAttempts: 3)
      }
      let error = #expect(throws: Categorized.self) {
        try simulation.run { try await pipeline { try await dependency.call() } }
      }
      #expect(error?.retryAfter == wait)
      #expect(simulation.elapsed == .zero && dependency.calls == 1)
    }
  }

  @Test("R1.12 a wait that would overrun the caller's deadline is not begun, wherever the deadline comes from")
  func deadline() throws {
    let runtime = self.runtime
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
    let pipeline = Pipeline(runtime: runtime) {
      Retry(maxAttempts: 9, backoff: .constant(.seconds(2)), jitter: .none)
    }
    try self.simulation.run {
      // Bound by a server for the whole request.
      await Deadline.$current.withValue(Deadline(after: .seconds(5), on: runtime)) {
        await #expect(throws: Boom()) { try await pipeline { try await dependency.call() } }
      }
      #expect(dependency.callTimes == [.zero, .seconds(2), .seconds(4)])
      let context = Context(runtime, operation: "late", deadline: Deadline(after: .seconds(1), on: runtime))
      await #expect(throws: Boom()) { try await pipeline(in: context) { _ in try await dependency.call() } }
    }
    #expect(self.simulation.elapsed == .seconds(4) && dependency.calls == 4)
  }

  @Test("R1.12 no attempt begins later than the total time after the first")
  func maxDuration() throws {
    let dependency = ScriptedDependency<Int>([.failure(Boom(), after: .seconds(3))], on: self.runtime)
    let pipeline = Pipeline(runtime: self.runtime) {
      Retry(.init(maxAttempts: 99, backoff: .constant(.seconds(1)), jitter: .none, maxDuration: .seconds(10)))
    }
    #expect(throws: Boom()) { try self.simulation.run { try await pipeline { try await dependency.call() } } }
    #expect(dependency.callTimes == [.zero, .seconds(4), .seconds(8)])
  }

  @Test("R1.5 cancellation is never retried, neither in an attempt nor in a wait")
  func cancellation() throws {
    let runtime = self.runtime
    let pipeline = Pipeline(runtime: runtime) { Retry(maxAttempts: 9, backoff: .constant(.seconds(10)), jitter: .none) }
    for cancelAt in [Duration.seconds(1), .seconds(7)] {
      let simulation = Simulation(seed: 2)
      let dependency = ScriptedDependency<Int>([.failure(Boom(), after: .seconds(5))], on: simulation.runtime)
      try simulation.run {
        let runtime = simulation.runtime
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            await #expect(throws: CancellationError.self) {
              try await pipeline(in: Context(runtime)) { _ in try await dependency.call() }
            }
          }
          try? await runtime.sleep(for: cancelAt)
          group.cancelAll()
        }
      }
      #expect(dependency.calls == 1 && simulation.elapsed == cancelAt)
    }
  }

  @Test("R1.5 an error of a cancelled task is not retried, whatever it looks like")
  func disguisedCancellation() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let dependency = ScriptedDependency<Int>([.failure(Boom())], on: .live)
      let pipeline = Pipeline { Retry(maxAttempts: 3) }
      await #expect(throws: Boom()) { try await pipeline { try await dependency.call() } }
      return dependency.calls
    }
    #expect(await task.value == 1)
  }

  @Test("R1.13 each attempt is told: number, delay, error, operation and correlation id")
  func events() throws {
    let runtime = self.runtime
    let recorder = EventRecorder()
    let dependency = ScriptedDependency(
      [.failure(Boom(number: 1)), .failure(Boom(number: 2)), .success(1)], on: runtime)
    let pipeline = Pipeline(runtime: runtime) { Retry(maxAttempts: 3, jitter: .none) }
    let context = Context(runtime, operation: "charge", correlationID: "abc", observer: recorder)
    _ = try self.simulation.run { try await pipeline(in: context) { _ in try await dependency.call() } }
    #expect(
      recorder.lines == [
        "retry: attempt 1 failed (Boom(number: 1)), again in 1.0 seconds",
        "retry: attempt 2 failed (Boom(number: 2)), again in 2.0 seconds",
        "retry: succeeded after 3 attempts",
      ])
    #expect(recorder.events.allSatisfy { $0.operation == "charge" && $0.correlationID == "abc" })
    #expect(recorder.events.map(\.attempt) == [1, 2, 3])
  }

  @Test(
    "R1.13 the end of retries is told with its reason",
    arguments: [
      (Categorized(category: .server), "attemptsSpent"), (Categorized(category: .validation), "notRetryable"),
      (Categorized(category: .rateLimited, retryAfter: .seconds(99)), "retryAfterTooLong"),
      (Categorized(category: .rateLimited, retryAfter: .seconds(9)), "deadline"),
    ])
  func ends(error: Categorized, reason: String) throws {
    let simulation = Simulation(seed: 1)
    let recorder = EventRecorder()
    let runtime = simulation.runtime
    let pipeline = Pipeline(runtime: runtime) { Retry(maxAttempts: 2) }
    let context = Context(
      runtime, operation: "", deadline: Deadline(after: .seconds(5), on: runtime), observer: recorder)
    #expect(throws: error) { try simulation.run { try await pipeline(in: context) { _ in throw error } } }
    #expect(recorder.lines.last?.contains("ended (\(reason))") == true)
  }

  @Test("validation names every setting that makes no sense")
  func validation() {
    let error = #expect(throws: InvalidConfiguration.self) {
      _ = try Retry(
        validating: .init(
          maxAttempts: 0, backoff: .exponential(initial: .seconds(9), max: .seconds(3)), jitter: .proportional(2),
          maxDuration: .zero))
    }
    #expect(error?.problems.map(\.setting) == ["maxAttempts", "backoff.initial", "jitter", "maxDuration"])
    #expect(throws: Never.self) { _ = try Retry(validating: .documented) }
  }

  @Test("R1.5 an operation that has passed its point of no return forbids further attempts")
  func repetition() throws {
    let runtime = self.runtime
    let repetition = Repetition()
    let context = Context(runtime, operation: "stream", deadline: nil, repetition: repetition)
    let pipeline = Pipeline(runtime: runtime) {
      Retry(.init(maxAttempts: 9, jitter: .none, isRetryable: { _ in true }))
    }
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
    #expect(throws: Boom()) {
      try self.simulation.run {
        _ = try await pipeline(in: context) { context in
          if context.attempt == 3 { repetition.forbid() }
          return try await dependency.call()
        }
      }
    }
    #expect(dependency.calls == 3)
  }
}
