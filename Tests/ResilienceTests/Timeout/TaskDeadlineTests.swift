import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// What the deadline does with the task that calls, in virtual time.
@Suite struct TaskDeadlineTests {
  private let simulation = Simulation(seed: 1)

  /// What a call throws, when it comes back, and whether its task is cancelled afterwards.
  private func outcome(
    _ limit: Duration, by deadline: Duration? = nil,
    _ body: @escaping @Sendable (Context) async throws -> Int
  ) throws -> (value: Int?, error: (any Error)?, took: Duration, isCancelled: Bool) {
    let simulation = self.simulation
    let pipeline = Pipeline(runtime: simulation.runtime) { TaskDeadline(limit, name: "request") }
    let before = simulation.elapsed
    let (result, isCancelled) = try simulation.run { () -> (Result<Int, any Error>, Bool) in
      await withTaskGroup(of: (Result<Int, any Error>, Bool).self) { group in
        group.addTask {
          var context = Context(simulation.runtime)
          if let deadline { context.deadline = Deadline(after: deadline, on: simulation.runtime).instant }
          do { return (.success(try await pipeline(in: context) { try await body($0) }), Task.isCancelled) } catch {
            return (.failure(error), Task.isCancelled)
          }
        }
        return await group.next() ?? (.failure(CancellationError()), false)
      }
    }
    let took = simulation.elapsed - before
    switch result {
    case .success(let value): return (value, nil, took, isCancelled)
    case .failure(let error): return (nil, error, took, isCancelled)
    }
  }

  @Test("R3.1 what ends before the task's deadline passes, and the task goes on")
  func fast() throws {
    let passed = try self.outcome(.seconds(5)) { context in
      try await context.runtime.sleep(for: .seconds(4))
      return 7
    }
    #expect(passed.value == 7 && passed.took == .seconds(4) && !passed.isCancelled)
    let failed = try self.outcome(.seconds(5)) { _ in throw Boom(number: 4) }
    #expect(failed.error as? Boom == Boom(number: 4) && !failed.isCancelled)
  }

  @Test("R3.1 at its deadline the task itself is cancelled, and the error says that it was the time-out")
  func expires() throws {
    let result = try self.outcome(.seconds(5)) { context in
      #expect(context.remaining == .seconds(5))
      try await context.runtime.sleep(for: .seconds(60))
      return 1
    }
    let rejection = try #require(result.error as? Rejection)
    #expect(rejection.reason == .timeout && rejection.policy == .timeout && rejection.name == "request")
    #expect(result.took == .seconds(5) && result.isCancelled)
  }

  @Test("R3.1 a caller's earlier deadline ends the task too, and is told apart")
  func outerDeadline() throws {
    let result = try self.outcome(.seconds(5), by: .seconds(2)) { context in
      try await context.runtime.sleep(for: .seconds(60))
      return 1
    }
    #expect((result.error as? Rejection)?.reason == .deadlineExceeded && result.took == .seconds(2))
    let late = try self.outcome(.seconds(5), by: .zero) { _ in 1 }
    #expect((late.error as? Rejection)?.reason == .deadlineExceeded && late.took == .zero && !late.isCancelled)
  }

  @Test("R3.1 somebody else's cancellation of the task is no time-out, even if the deadline follows")
  func callerCancelled() throws {
    let simulation = self.simulation
    let pipeline = Pipeline(runtime: simulation.runtime) { TaskDeadline(.seconds(5)) }
    let error = try simulation.run {
      await cancelled(after: .seconds(1), in: simulation) {
        try await pipeline {
          await stubbornSleep(for: .seconds(9), in: simulation)
          try Task.checkCancellation()
        }
      }
    }
    #expect(error is CancellationError && simulation.elapsed == .seconds(9))
  }

  @Test("R3.1 a value that arrives after the task's deadline is returned; the task stays cancelled")
  func lateValue() throws {
    let simulation = self.simulation
    let result = try self.outcome(.seconds(5)) { _ in
      await stubbornSleep(for: .seconds(8), in: simulation)
      return 3
    }
    #expect(result.value == 3 && result.took == .seconds(8) && result.isCancelled)
  }

  @Test("R3.1 a retry inside does not begin a wait that the task's deadline would cut off")
  func retryInside() throws {
    let simulation = self.simulation
    let attempts = Counter()
    let pipeline = Pipeline(runtime: simulation.runtime) {
      TaskDeadline(.seconds(5))
      Retry(maxAttempts: 9, backoff: .constant(.seconds(2)), jitter: .none)
    }
    let error = try simulation.run { () -> (any Error)? in
      do {
        try await pipeline {
          attempts.add()
          throw Boom()
        }
        return nil
      } catch { return error }
    }
    #expect(error is Boom && attempts.value == 3 && simulation.elapsed == .seconds(4))
  }

  @Test("R3.1 the function does the same, on real threads", .timeLimit(.minutes(1)))
  func live() async {
    let began = Runtime.live.now()
    let isCancelled = await Task {
      _ = await #expect(throws: Rejection.self) {
        try await withTaskDeadline(.milliseconds(20)) { try await Runtime.live.sleep(until: .max) }
      }
      return Task.isCancelled
    }.value
    #expect(isCancelled && Runtime.live.now() - began >= 20_000_000)
  }
}
