import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct RetryBudgetTests {
  private let simulation = Simulation(seed: 3)
  private var runtime: Runtime { self.simulation.runtime }

  private static let forms: [RetryBudget.Configuration] = [
    .traffic(ratio: 0, minimumPerSecond: 0), .concurrency(ratio: 0, minimum: 0),
  ]

  @Test("R1.8 a spent budget gives the original error back at once, and an event says so", arguments: forms)
  func spent(form: RetryBudget.Configuration) throws {
    let dependency = ScriptedDependency<Int>([.failure(Boom(number: 4))], on: self.runtime)
    let recorder = EventRecorder()
    let budget = RetryBudget("payments", form)
    let pipeline = Pipeline(runtime: self.runtime, observer: recorder) { Retry(.init(budget: budget)) }
    #expect(throws: Boom(number: 4)) { try self.simulation.run { try await pipeline { try await dependency.call() } } }
    #expect(dependency.calls == 1 && self.simulation.elapsed == .zero)
    #expect(recorder.lines == ["retry payments: ended (budgetExhausted) with Boom(number: 4)"])
    #expect(budget.status(at: self.runtime.now()).refused == 1)
  }

  @Test("R1.8 a spent budget never fails a first attempt", arguments: forms)
  func primary(form: RetryBudget.Configuration) throws {
    let budget = RetryBudget("payments", form)
    let pipeline = Pipeline(runtime: self.runtime) { Retry(.init(budget: budget)) }
    try self.simulation.run {
      for _ in 0..<100 {
        let value = try await pipeline { 7 }
        #expect(value == 7)
      }
    }
    let status = budget.status(at: self.runtime.now())
    #expect(status.granted == 0 && status.refused == 0 && status.inFlight == 0)
  }

  @Test("R1.8 what ends for another reason takes nothing from the budget")
  func otherEnds() throws {
    let budget = RetryBudget("b", .traffic(ratio: 0, minimumPerSecond: 1))
    let pipeline = Pipeline(runtime: self.runtime) { Retry(.init(maxAttempts: 3, budget: budget)) }
    let wrong = Categorized(category: .validation)
    #expect(throws: wrong) { try self.simulation.run { try await pipeline { throw wrong } } }
    let tooLong = Categorized(category: .rateLimited, retryAfter: .seconds(900))
    #expect(throws: tooLong) { try self.simulation.run { try await pipeline { throw tooLong } } }
    #expect(budget.status(at: self.runtime.now()).available == 10)
  }

  @Test("R1.8 all callers of a dependency share one budget: twenty of them get ten retries, not twenty")
  func shared() throws {
    let budget = RetryBudget("b", .traffic(ratio: 0, minimumPerSecond: 1))
    let runtime = self.runtime
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          let retry = Retry(.init(maxAttempts: 2, backoff: .constant(.milliseconds(1)), budget: budget))
          group.addTask {
            _ = try? await retry.execute(in: Context(runtime)) { _ in try await dependency.call() }
          }
        }
      }
    }
    #expect(dependency.calls == 30)
  }

  @Test("R1.8 the concurrent form counts waits and attempts, gives back at every end, and keeps its limit")
  func concurrent() throws {
    let budget = RetryBudget("b", .concurrency(ratio: 0.2, minimum: 3))
    let runtime = self.runtime
    let most = Shared(0)
    let steps: [ScriptedDependency<Int>.Step] =
      (0..<40).flatMap { _ in [.failure(Boom()), .success(1, after: .milliseconds(5)), .failure(Boom())] } + [
        .success(1)
      ]
    let dependency = ScriptedDependency(steps, on: runtime)
    let pipeline = Pipeline(runtime: runtime) { Retry(.init(maxAttempts: 4, budget: budget)) }
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask {
            _ = try? await pipeline {
              let status = budget.status(at: runtime.now())
              #expect(status.extraAttempts <= 50 / 5)  // 50 are under way at most
              most.withLock { $0 = max($0, status.extraAttempts) }
              return try await dependency.call()
            }
          }
        }
      }
    }
    let status = budget.status(at: runtime.now())
    #expect(most.value > 3 && status.refused > 0 && status.granted > 3)
    #expect(status.inFlight == 0 && status.extraAttempts == 0)
  }

  @Test("R1.8 a caller that is cancelled while it waits gives its place in the concurrent form back")
  func cancellation() throws {
    let budget = RetryBudget("b", .concurrency(ratio: 0, minimum: 1))
    let (simulation, runtime) = (self.simulation, self.runtime)
    let retry = Retry(.init(maxAttempts: 2, jitter: .none, budget: budget))
    let configured = try ConfiguredPipeline([.retry(retry), .bulkhead(Bulkhead("b", .init(maxConcurrent: 1)))])
    try simulation.run {
      let first = await cancelled(after: .milliseconds(500), in: simulation) {
        _ = try await retry.execute(in: Context(runtime)) { _ in throw Boom() }
      }
      #expect(first is CancellationError)
      let second = await cancelled(after: .milliseconds(500), in: simulation) {
        _ = try await configured.execute(in: Context(runtime)) { _ in throw Boom() }
      }
      #expect(second is CancellationError)
    }
    let status = budget.status(at: runtime.now())
    #expect(status.granted == 2 && status.inFlight == 0 && status.extraAttempts == 0 && status.available == 1)
  }

  @Test("R1.8 a configured pipeline spends the budget as a static one does, refusals by inner gates included")
  func configured() throws {
    let budget = RetryBudget("b", .concurrency(ratio: 0, minimum: 1))
    let breaker = CircuitBreaker("c", .init(consecutiveFailures: 1))
    let retry = Retry(.init(maxAttempts: 3, jitter: .none, budget: budget))
    let pipeline = try ConfiguredPipeline([.retry(retry), .circuitBreaker(breaker)])
    let runtime = self.runtime
    for _ in 0..<3 {
      #expect(throws: Rejection.self) {
        try self.simulation.run { try await pipeline.execute(in: Context(runtime)) { _ in throw Boom() } }
      }
    }
    let status = budget.status(at: runtime.now())
    #expect(status.inFlight == 0 && status.extraAttempts == 0 && status.granted == 1)
  }

  @Test("R1.8 settings that make no sense are all named")
  func validation() throws {
    let error = #expect(throws: InvalidConfiguration.self) {
      try RetryBudget(
        "p",
        validating: .traffic(ratio: .nan, minimumPerSecond: -1, capacity: 0, depositLifetime: .zero))
    }
    #expect(error?.problems.map(\.setting) == ["ratio", "minimumPerSecond", "capacity", "depositLifetime"])
    #expect(RetryBudget.Configuration.concurrency(ratio: 11, minimum: -1).problems.count == 2)
    #expect(RetryBudget.Configuration.traffic().problems.isEmpty)
    #expect(RetryBudget.Configuration.concurrency().problems.isEmpty)
    // Unchecked, they are brought to the nearest.
    let budget = RetryBudget("p", .traffic(ratio: .nan, minimumPerSecond: -.infinity, capacity: -5))
    budget.callStarted(at: 1)
    #expect(!budget.tryStartExtraAttempt(at: 1))
  }
}
