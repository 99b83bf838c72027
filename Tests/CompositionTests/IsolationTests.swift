import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

struct Boom: Error, Equatable {}

private final class NotSendable { var count = 0 }

private actor Account {
  private var balance = 0
  private let notes = NotSendable()
  private let runtime: Runtime
  private let pipeline: Pipeline<Stack<Timeout, Stack<Retry, Stack<CircuitBreaker, Bulkhead>>>>

  init(_ runtime: Runtime) {
    self.runtime = runtime
    self.pipeline = Pipeline(runtime: runtime) {
      Timeout(.seconds(1))
      Retry(maxAttempts: 3)
      CircuitBreaker("account")
      Bulkhead("account")
    }
  }

  /// Actor state and a non-Sendable capture inside the operation, also after it has suspended; a non-Sendable result.
  func work() async throws -> Int {
    let notes = self.notes
    let same = try await self.pipeline {
      self.balance += 1
      notes.count += 1
      try await self.runtime.sleep(for: .milliseconds(2))
      self.assertIsolated()
      self.balance += 1
      return notes
    }
    self.assertIsolated()
    return self.balance + same.count
  }
}

@Suite struct IsolationTests {
  @Test("R2.13 an operation under timeout, retry, breaker and bulkhead may touch actor state and non-Sendable values")
  func isolated() async throws {
    #expect(try await Account(.live).work() == 3)
  }

  @Test("R3.1 a time-out ends a hanging operation at its deadline, in virtual time")
  func timeout() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let dependency = ScriptedDependency<Int>([.hang], on: runtime)
    let pipeline = Pipeline(runtime: runtime) { Timeout(.seconds(30), name: "whole") }
    let error = #expect(throws: Rejection.self) {
      try simulation.run { try await pipeline { try await dependency.call() } }
    }
    #expect(error?.reason == .timeout)
    #expect(simulation.elapsed == .seconds(30))
    #expect(dependency.inFlight == 0)
  }

  @Test("R1.2 three attempts wait one and two seconds without jitter")
  func backoff() throws {
    let simulation = Simulation(seed: 1)
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: simulation.runtime)
    let pipeline = Pipeline(runtime: simulation.runtime) { Retry(maxAttempts: 3, jitter: .none) }
    #expect(throws: Boom()) { try simulation.run { try await pipeline { try await dependency.call() } } }
    #expect(dependency.callTimes == [.zero, .seconds(1), .seconds(3)])
  }

  @Test("R2.1 five failures in a row open the breaker; after the open time three successful probes close it")
  func breaker() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let recorder = EventRecorder()
    let breaker = CircuitBreaker("payments", observer: recorder)
    let script: [ScriptedDependency<Int>.Step] = Array(repeating: .failure(Boom()), count: 5) + [.success(1)]
    let dependency = ScriptedDependency(script, on: runtime)
    let pipeline = Pipeline(runtime: runtime) { breaker }
    try simulation.run {
      for _ in 0..<5 { _ = try? await pipeline { try await dependency.call() } }
      #expect(breaker.state(on: runtime) == .open)
      do {
        _ = try await pipeline { try await dependency.call() }
      } catch let rejection as Rejection {
        #expect(rejection.reason == .circuitOpen && rejection.retryAfter == .seconds(60))
        #expect(rejection.lastCause is Boom)
      }
      try await runtime.sleep(for: .seconds(60))
      for _ in 0..<3 { _ = try await pipeline { try await dependency.call() } }
      #expect(breaker.state(on: runtime) == .closed)
    }
    #expect(
      recorder.lines == [
        "circuitBreaker payments: closed → open (5 failures in a row)",
        "circuitBreaker payments: rejected (circuitOpen)",
        "circuitBreaker payments: open → halfOpen (the open time is over)",
        "circuitBreaker payments: halfOpen → closed (3 probes succeeded)",
      ])
  }
}
