import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct HedgeTests {
  private let simulation = Simulation(seed: 5)
  private var runtime: Runtime { self.simulation.runtime }
  private typealias Step = ScriptedDependency<Int>.Step

  private struct Outcome {
    var value: Int?
    var error: (any Error)?
    var dependency: ScriptedDependency<Int>
    var lines: [String]
    var took: Duration
  }

  /// One call under a hedge of 100 ms.
  private func run(
    _ script: [Step], _ change: (inout Hedge.Configuration) -> Void = { _ in }, limit: Duration = .seconds(600),
    context: Context? = nil
  ) throws -> Outcome {
    let recorder = EventRecorder()
    var configuration = Hedge.Configuration(delay: .fixed(.milliseconds(100)))
    change(&configuration)
    let dependency = ScriptedDependency(script, on: self.runtime)
    let runtime = self.runtime
    let hedge = Hedge("h", configuration)
    let pipeline = Pipeline("read", runtime: runtime, observer: recorder) {
      Timeout(limit)
      hedge
    }
    var outcome = Outcome(dependency: dependency, lines: [], took: .zero)
    let start = self.simulation.elapsed
    do {
      outcome.value = try self.simulation.run {
        try await pipeline(in: context) { _ in try await dependency.call() }
      }
    } catch { outcome.error = error }
    outcome.lines = recorder.lines
    outcome.took = self.simulation.elapsed - start
    return outcome
  }

  @Test("R1.14 a second attempt begins after the fixed delay, and the first success wins")
  func wins() throws {
    let outcome = try self.run([.success(1, after: .seconds(5)), .success(2, after: .milliseconds(20))])
    #expect(outcome.value == 2 && outcome.took == .milliseconds(120))
    #expect(outcome.dependency.callTimes == [.zero, .milliseconds(100)])
    #expect(outcome.lines == ["hedge h: hedge 2 began after 0.1 seconds", "hedge h: hedge 2 won after 0.12 seconds"])
  }

  @Test("R1.14 a call that answers before the delay is made once, and nothing is waited for")
  func fast() throws {
    let outcome = try self.run([.success(1, after: .milliseconds(99))])
    #expect(outcome.value == 1 && outcome.took == .milliseconds(99))
    #expect(outcome.dependency.calls == 1 && outcome.lines.isEmpty)
  }

  @Test("R1.14 the first attempt may still win, and the hedge is cancelled")
  func primaryWins() throws {
    let outcome = try self.run([.success(1, after: .milliseconds(150)), .hang])
    #expect(outcome.value == 1 && outcome.took == .milliseconds(150))
    #expect(outcome.dependency.calls == 2 && outcome.dependency.inFlight == 0)
  }

  @Test("R1.14 a loser that does not react to cancellation is awaited: nothing outlives the call")
  func awaited() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    let calls = Shared(0)
    let left = Shared(0)
    let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(100))))
    let value = try simulation.run {
      let value = try await hedge.executeConcurrently(in: Context(runtime)) { context in
        let number = calls.withLock { calls in
          calls += 1
          return calls
        }
        #expect(context.attempt == number)
        if number == 1 { await stubbornSleep(for: .seconds(3), in: simulation) }
        left.withLock { $0 += 1 }
        return number
      }
      #expect(left.value == 2)
      return value
    }
    #expect(value == 2 && simulation.elapsed == .seconds(3))
  }

  @Test("R1.14 a failure does not win while another attempt is under way")
  func failure() throws {
    let slow = try self.run([
      .failure(Boom(number: 1), after: .milliseconds(110)), .success(2, after: .seconds(1)),
    ])
    #expect(slow.value == 2 && slow.took == .milliseconds(1_100))
    let other = try self.run([.success(1, after: .seconds(1)), .failure(Boom(number: 2))])
    #expect(other.value == 1 && other.took == .seconds(1))
  }

  @Test("R1.14 when all attempts fail, the caller gets the first one's error when the last has ended")
  func allFail() throws {
    let outcome = try self.run([
      .failure(Boom(number: 1), after: .milliseconds(300)), .failure(Boom(number: 2), after: .seconds(1)),
    ])
    #expect(outcome.error as? Boom == Boom(number: 1) && outcome.took == .milliseconds(1_100))
  }

  @Test("R1.14 a failure before the delay ends the call at once: retrying is a retry's business")
  func earlyFailure() throws {
    let outcome = try self.run([.failure(Boom(number: 1), after: .milliseconds(10)), .success(2)])
    #expect(outcome.error as? Boom == Boom(number: 1))
    #expect(outcome.took == .milliseconds(10) && outcome.dependency.calls == 1)
  }

  @Test("R1.14 there are as many hedges as allowed, each a delay after the last", arguments: 0...4)
  func several(hedges: Int) throws {
    let outcome = try self.run([.success(1, after: .seconds(2))], { $0.maxHedges = hedges })
    #expect(outcome.dependency.callTimes == (0...hedges).map { .milliseconds(100 * $0) })
    #expect(outcome.dependency.inFlight == 0 && outcome.took == .seconds(2))
  }

  @Test("R1.14 what is not idempotent is never run twice, nor what forbids it meanwhile")
  func idempotent() throws {
    let once = Context(self.runtime, operation: "charge", deadline: nil, isIdempotent: false)
    let outcome = try self.run([.success(1, after: .seconds(1))], context: once)
    #expect(outcome.dependency.calls == 1 && outcome.value == 1)
    let repetition = Repetition()
    let context = Context(self.runtime, operation: "stream", deadline: nil, repetition: repetition)
    let (runtime, calls) = (self.runtime, Shared(0))
    let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(100))))
    try self.simulation.run {
      try await hedge.executeConcurrently(in: context) { _ in
        calls.withLock { $0 += 1 }
        repetition.forbid()
        try await runtime.sleep(for: .seconds(1))
      }
    }
    #expect(calls.value == 1)
  }

  @Test("R1.14 no hedge begins at or after the deadline")
  func deadline() throws {
    let outcome = try self.run([.hang], limit: .milliseconds(100))
    #expect((outcome.error as? Rejection)?.reason == .timeout && outcome.dependency.calls == 1)
    let later = try self.run([.hang], limit: .milliseconds(101))
    #expect((later.error as? Rejection)?.reason == .timeout && later.dependency.calls == 2)
    #expect(later.dependency.inFlight == 0)
  }

  @Test("R1.14 a cancelled caller's attempts are all cancelled, and no hedge begins")
  func cancellation() throws {
    let (simulation, runtime) = (self.simulation, self.runtime)
    for (after, calls) in [(Duration.milliseconds(50), 1), (.milliseconds(150), 2)] {
      let dependency = ScriptedDependency<Int>([.hang], on: runtime)
      let hedge = Hedge("h", .init(delay: .fixed(.milliseconds(100))))
      let error = try simulation.run {
        await cancelled(after: after, in: simulation) {
          _ = try await hedge.executeConcurrently(in: Context(runtime)) { _ in try await dependency.call() }
        }
      }
      #expect(error is CancellationError && dependency.calls == calls && dependency.inFlight == 0)
    }
  }

  @Test("R1.8 retries and hedges share a budget; a spent one never harms the first attempt, and an event says so")
  func budget() throws {
    let budget = RetryBudget("b", .traffic(ratio: 0, minimumPerSecond: 0.1))  // one to begin with
    let hedged = try self.run([.success(1, after: .seconds(1)), .success(2)], { $0.budget = budget })
    #expect(hedged.value == 2)
    let refused = try self.run([.success(1, after: .seconds(1)), .success(2)], { $0.budget = budget })
    #expect(refused.value == 1 && refused.dependency.calls == 1)
    #expect(refused.lines == ["hedge h: no hedge (budgetExhausted)"])
    let retry = Retry(.init(budget: budget))
    #expect(throws: Boom()) {
      try self.simulation.run { [runtime] in
        try await retry.execute(in: Context(runtime)) { _ in throw Boom() }
      }
    }
    #expect(budget.status(at: self.runtime.now()).refused == 2)
  }

  @Test("R1.8 in the concurrent form a hedge holds its share until it has ended")
  func concurrentBudget() throws {
    let budget = RetryBudget("b", .concurrency(ratio: 0, minimum: 1))
    for _ in 0..<3 {
      let outcome = try self.run(
        [.success(1, after: .seconds(1)), .hang],
        {
          $0.budget = budget
          $0.maxHedges = 2
        })
      #expect(outcome.value == 1 && outcome.dependency.calls == 2)
    }
    let status = budget.status(at: self.runtime.now())
    #expect(status == .init(available: 1, granted: 3, refused: 3, inFlight: 0, extraAttempts: 0))
  }

  @Test("settings of a hedge that make no sense are all named")
  func validation() {
    let error = #expect(throws: InvalidConfiguration.self) {
      try Hedge(
        "h",
        validating: .init(
          delay: .percentile(maxExtraLoad: 0.9), maxHedges: 11, minimumSamples: 0, window: .zero,
          minimumDelay: .seconds(-1)))
    }
    let settings = ["maxExtraLoad", "maxHedges", "minimumSamples", "window", "minimumDelay"]
    #expect(error?.problems.map(\.setting) == settings)
    #expect(Hedge.Configuration().problems.isEmpty)
  }
}
