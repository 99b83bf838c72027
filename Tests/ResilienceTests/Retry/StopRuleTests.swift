import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct StopRuleTests {
  private static let second: Int64 = 1_000_000_000

  private func times(_ stop: StopRule, _ errors: [any Error]) throws -> [Duration] {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let steps = errors.map { ScriptedDependency<Int>.Step.failure($0) }
    let dependency = ScriptedDependency(steps, on: runtime)
    let pipeline = Pipeline(runtime: runtime) {
      Retry(.init(stop: stop, backoff: .constant(.seconds(1)), jitter: .none))
    }
    _ = try? simulation.run { try await pipeline { try await dependency.call() } }
    return dependency.callTimes
  }

  @Test("R1.2 a rule by attempts, time, predicate or kind of failure ends the retries")
  func each() throws {
    let boom = Boom()
    #expect(try self.times(.attempts(4), [boom]).count == 4)
    #expect(try self.times(.duration(.seconds(3)), [boom]) == [.zero, .seconds(1), .seconds(2)])
    #expect(try self.times(.duration(.zero), [boom]).count == 1)
    #expect(try self.times(.when { ($0 as? Boom)?.number == 3 }, [boom, boom, Boom(number: 3)]).count == 3)
    let limited = Categorized(category: .rateLimited)
    #expect(try self.times(.on(.rateLimited, .timeout), [boom, limited]).count == 2)
  }

  @Test("R1.2 either rule ends the retries, or only both together")
  func combined() throws {
    let either: StopRule = .attempts(5) || .duration(.seconds(2))
    #expect(try self.times(either, [Boom()]).count == 2)
    let both: StopRule = .attempts(5) && .duration(.seconds(2))
    #expect(try self.times(both, [Boom()]).count == 5)
    let late: StopRule = .attempts(2) && .duration(.seconds(4))
    #expect(try self.times(late, [Boom()]).count == 4)
    let nested: StopRule = (.attempts(2) && .on(.rateLimited)) || .attempts(4)
    #expect(try self.times(nested, [Boom()]).count == 4)
    #expect(try self.times(nested, [Boom(), Categorized(category: .rateLimited)]).count == 2)
  }

  @Test("R1.13 the end is told with the reason of the rule that ended it")
  func reasons() throws {
    for (stop, reason): (StopRule, Event.RetryEnd) in [
      (.attempts(2), .attemptsSpent), (.duration(.seconds(1)), .deadline), (.when { _ in true }, .notRetryable),
      (.on(.unknown) || .attempts(1), .notRetryable), (.attempts(9) || .duration(.seconds(1)), .deadline),
    ] {
      let simulation = Simulation(seed: 1)
      let recorder = EventRecorder()
      let pipeline = Pipeline(runtime: simulation.runtime, observer: recorder) {
        Retry(.init(stop: stop, backoff: .constant(.seconds(1)), jitter: .none))
      }
      #expect(throws: Boom()) { try simulation.run { try await pipeline { throw Boom() } } }
      guard case .retriesEnded(_, let end)? = recorder.events.last?.kind else {
        Issue.record("no end was told")
        continue
      }
      #expect(end == reason)
    }
  }

  @Test("R1.2 a rule beside maxAttempts only ever ends retries earlier")
  func beside() throws {
    var configuration = Retry.Configuration(maxAttempts: 3, backoff: .constant(.zero))
    configuration.stop = .attempts(9)
    for (stop, calls) in [(StopRule.attempts(9), 3), (.attempts(2), 2)] {
      configuration.stop = stop
      let retry = Retry(configuration)
      let count = Shared(0)
      let simulation = Simulation(seed: 1)
      _ = try? simulation.run {
        try await retry.execute(in: Context(simulation.runtime)) { _ in
          count.withLock { $0 += 1 }
          throw Boom()
        }
      }
      #expect(count.value == calls)
    }
  }

  /// What a rule means, evaluated as plainly as can be: whether it stops, given the attempt, the elapsed time at which
  /// the next attempt would begin, and the error.
  private indirect enum Plain {
    case attempts(Int), duration(Int64), error(Bool), category(Bool), any(Plain, Plain), all(Plain, Plain)

    func stops(_ attempt: Int, _ begins: Int64) -> Bool {
      switch self {
      case .attempts(let count): attempt >= count
      case .duration(let length): begins >= length
      case .error(let stops), .category(let stops): stops
      case .any(let left, let right): left.stops(attempt, begins) || right.stops(attempt, begins)
      case .all(let left, let right): left.stops(attempt, begins) && right.stops(attempt, begins)
      }
    }
  }

  private func pair(_ chance: inout SeededGenerator, depth: Int) -> (StopRule, Plain) {
    switch chance.next() % (depth > 0 ? 6 : 4) {
    case 0:
      let count = Int(1 + chance.next() % 4)
      return (.attempts(count), .attempts(count))
    case 1:
      let length = Int64(chance.next() % 6)
      return (.duration(.seconds(length)), .duration(length * Self.second))
    case 2:
      let stops = chance.next() % 3 == 0
      return (.when { _ in stops }, .error(stops))
    case 3:
      let stops = chance.next() % 3 == 0
      return (stops ? .on(.server) : .on(.timeout), .category(stops))
    case 4:
      let (left, right) = (self.pair(&chance, depth: depth - 1), self.pair(&chance, depth: depth - 1))
      return (left.0 || right.0, .any(left.1, right.1))
    default:
      let (left, right) = (self.pair(&chance, depth: depth - 1), self.pair(&chance, depth: depth - 1))
      return (left.0 && right.0, .all(left.1, right.1))
    }
  }

  @Test("R1.2 every combination of rules means what its parts mean together")
  func model() {
    var chance = SeededGenerator(seed: 12)
    for _ in 0..<3_000 {
      let (rule, plain) = self.pair(&chance, depth: 3)
      for attempt in 1...5 {
        let bound = rule.bound(afterAttempt: attempt, Boom(), .server)
        for seconds in Int64(0)...6 {
          // A bound of 0 stops in any case, also where no time has passed.
          let stops = bound.latest <= 0 || seconds * Self.second >= bound.latest
          #expect(stops == plain.stops(attempt, seconds * Self.second))
        }
      }
    }
  }

  @Test("R1.4 a loop of one's own gets its delays and its end from the same rules")
  func generator() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let given = try simulation.run {
      var delays = BackoffGenerator(
        .exponential(), jitter: .none, stop: .attempts(4) || .on(.validation), runtime: runtime)
      var given: [Duration] = []
      while let delay = delays.delay(after: Boom()) {
        given.append(delay)
        try await runtime.sleep(for: delay)
      }
      delays.reset()
      #expect(delays.delay(after: Categorized(category: .validation)) == nil)
      return given
    }
    #expect(given == [.seconds(1), .seconds(2), .seconds(4)])
    let timed = try simulation.run {
      var delays = BackoffGenerator(
        .constant(.seconds(2)), jitter: .none, stop: .duration(.seconds(5)), runtime: runtime)
      var count = 0
      while let delay = delays.delay(after: Boom()) {
        count += 1
        try await runtime.sleep(for: delay)
      }
      return count
    }
    #expect(timed == 2)
    var patient = BackoffGenerator(.constant(.seconds(1)), jitter: .none, runtime: runtime)
    #expect(patient.delay(after: Categorized(category: .rateLimited, retryAfter: .seconds(9))) == .seconds(9))
  }

  @Test("R1.12 settings that stop by a rule take a budget and a predicate as well")
  func stopWithBudget() {
    let budget = RetryBudget("b")
    let settings = Retry.Configuration(
      stop: .attempts(5), maxRetryAfter: .seconds(9), waitsForOpenCircuit: true, budget: budget,
      adaptation: AdaptiveDelay(), policies: .standard, isRetryable: { _ in false })
    #expect(settings.maxAttempts == 1_000 && settings.budget === budget && settings.waitsForOpenCircuit)
    #expect(settings.adaptation != nil && settings.policies?.rules.count == 3 && settings.isRetryable != nil)
    #expect(settings.maxRetryAfter == .seconds(9) && settings.stop != nil && settings.problems.isEmpty)
    #expect(Retry.Configuration(maxRetryAfter: .seconds(-1)).problems.map(\.setting) == ["maxRetryAfter"])
  }
}
