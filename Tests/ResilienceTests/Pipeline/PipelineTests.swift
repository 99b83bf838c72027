import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// A policy of somebody's own: runs the operation twice at a time, the first result counts.
private struct Twice: ConcurrentPolicy {
  func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await withoutActuallyEscaping(operation) { operation in
      try await withThrowingTaskGroup(of: Value.self) { group in
        for _ in 0..<2 { group.addTask { try await operation(context) } }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
      }
    }
  }
}

/// Writes down when it is entered and left.
private struct Tracing: Policy {
  let name: String
  let lines: Shared<[String]>

  func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    self.lines.withLock { $0.append("> \(self.name)") }
    defer { self.lines.withLock { $0.append("< \(self.name)") } }
    return try await operation(context)
  }
}

@Suite struct PipelineTests {
  @Test("the first policy is the outermost, and policies of one's own take part")
  func order() async throws {
    let lines = Shared<[String]>([])
    let pipeline = Pipeline {
      Tracing(name: "a", lines: lines)
      Tracing(name: "b", lines: lines)
      Tracing(name: "c", lines: lines)
    }
    #expect(try await pipeline { 5 } == 5)
    #expect(lines.value == ["> a", "> b", "> c", "< c", "< b", "< a"])
  }

  @Test("a policy that runs the operation twice at a time composes with the others")
  func concurrent() async throws {
    let calls = Shared(0)
    let pipeline = Pipeline {
      Twice()
      CircuitBreaker("a")
      Timeout(.seconds(60))
    }
    let value = try await pipeline { () async throws -> Int in
      calls.withLock { $0 += 1 }
      await Task.yield()
      return 5
    }
    #expect(value == 5 && (1...2).contains(calls.value))
  }

  @Test("R1.5 a failing result is retried, and the last value comes back when attempts end")
  func failing() throws {
    let simulation = Simulation(seed: 1)
    let breaker = CircuitBreaker("a")
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Timeout(.seconds(60))
      Retry(maxAttempts: 3)
      breaker
    }
    let statuses = Shared([500, 502, 503, 200])
    let next: @Sendable () -> Int = { statuses.withLock { $0.removeFirst() } }
    let status = try simulation.run { try await pipeline(failing: { $0 >= 500 }) { next() } }
    #expect(status == 503)
    #expect(breaker.snapshot(on: simulation.runtime).tally == Tally(total: 3, failures: 3))
    #expect(try simulation.run { try await pipeline(failing: { $0 >= 500 }) { next() } } == 200)
  }

  @Test("R1.7 a failing result says when to come back, and that is honoured")
  func failingWithRetryAfter() throws {
    let simulation = Simulation(seed: 1)
    let pipeline = Pipeline(runtime: simulation.runtime) { Retry(maxAttempts: 2) }
    let status = try simulation.run {
      try await pipeline(failing: { $0 == 429 ? FailingResult(.rateLimited, retryAfter: .seconds(9)) : nil }) {
        context in
        context.attempt == 1 ? 429 : 200
      }
    }
    #expect(status == 200 && simulation.elapsed == .seconds(9))
  }

  @Test("a failing result of one attempt does not hide another attempt's error")
  func failingThenError() async throws {
    let pipeline = Pipeline { Retry(maxAttempts: 2, backoff: .constant(.zero)) }
    await #expect(throws: Boom()) {
      try await pipeline(failing: { $0 >= 500 ? FailingResult() : nil }) { context in
        if context.attempt == 2 { throw Boom() }
        return 503
      }
    }
  }

  @Test("the operation's own errors pass unchanged")
  func errors() async {
    let pipeline = Pipeline {
      Timeout(.seconds(60))
      Retry(maxAttempts: 1)
      CircuitBreaker("a")
      Bulkhead("b")
    }
    await #expect(throws: Boom(number: 7)) { try await pipeline { throw Boom(number: 7) } }
  }

  @Test("the context reaches the operation: attempt, operation, correlation id, tier, priority, time left")
  func context() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let pipeline = Pipeline("charge", runtime: runtime) {
      Retry(maxAttempts: 3, jitter: .none)
      Timeout(.seconds(5))
    }
    let attempts = try simulation.run {
      try await pipeline { context in
        #expect(context.operation == "charge" && context.remaining == .seconds(5))
        if context.attempt < 3 { throw Boom() }
        return context.attempt
      }
    }
    #expect(attempts == 3)
    let own = Context(
      runtime, operation: "refund", correlationID: "abc", deadline: nil, tier: "gold", priority: 3, isIdempotent: false)
    try simulation.run {
      try await pipeline(in: own) { context in
        #expect(context.operation == "refund" && context.correlationID == "abc" && context.tier == "gold")
        #expect(context.priority == 3 && !context.isIdempotent && context.attempt == 1)
      }
    }
  }

  @Test("a context that says nothing reads what the task has bound")
  func taskLocals() async throws {
    #expect(Context().correlationID == nil && Context().remaining == nil)
    #expect(Context().isIdempotent && Context().priority == 0 && Context().tier == nil)
    CorrelationID.$current.withValue("bound") { #expect(Context().correlationID == "bound") }
    let deadline = Deadline(after: .seconds(60))
    Deadline.$current.withValue(deadline) { #expect(Context(operation: "x").deadline == deadline.instant) }
  }

  @Test("R1.13 the pipeline's observer hears what its policies decide")
  func observer() throws {
    let simulation = Simulation(seed: 1)
    let recorder = EventRecorder()
    let pipeline = Pipeline("call", runtime: simulation.runtime, observer: recorder) {
      Retry(maxAttempts: 2, backoff: .constant(.seconds(1)), jitter: .none)
      Timeout(.seconds(2), name: "attempt")
    }
    #expect(throws: Rejection.self) {
      try simulation.run { try await pipeline { try await simulation.runtime.sleep(until: .max) } }
    }
    #expect(recorder.events.map(\.policy) == [.timeout, .retry, .timeout, .retry])
    #expect(recorder.events.map(\.attempt) == [1, 1, 2, 2])
    #expect(recorder.events.allSatisfy { $0.operation == "call" })
  }

  @Test("nested retries multiply: the inner begins again with every attempt of the outer")
  func nestedRetries() throws {
    let simulation = Simulation(seed: 1)
    let recorder = EventRecorder()
    let inner = Retry(maxAttempts: 2, backoff: .constant(.seconds(1)), jitter: .none)
    let outer = Retry(maxAttempts: 2, backoff: .constant(.seconds(10)), jitter: .none)
    let dependency = ScriptedDependency(
      [.failure(Boom()), .failure(Boom()), .failure(Boom()), .success(1)], on: simulation.runtime)
    let pipeline = Pipeline("", runtime: simulation.runtime, observer: recorder) {
      outer
      inner
    }
    _ = try simulation.run { try await pipeline { try await dependency.call() } }
    #expect(dependency.callTimes == [0, 1, 11, 12].map { .seconds($0) })
    #expect(
      recorder.lines.filter { $0.contains("succeeded") }
        == Array(repeating: "retry: succeeded after 2 attempts", count: 2))
  }
}
