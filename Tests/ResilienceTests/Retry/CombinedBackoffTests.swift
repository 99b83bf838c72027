import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct CombinedBackoffTests {
  private func seconds(_ backoff: Backoff, _ attempts: Int) -> [Int64] {
    (1...attempts).map { backoff.ceiling(afterAttempt: $0) / 1_000_000_000 }
  }

  @Test("R1.2 one law after the other: the second begins from its own first delay")
  func sequence() {
    let law = Backoff.constant(.seconds(7)).then(.exponential(), after: 2)
    #expect(self.seconds(law, 6) == [7, 7, 1, 2, 4, 8])
    let three = Backoff.constant(.seconds(1)).then(.constant(.seconds(2)), after: 1).then(.linear(), after: 3)
    #expect(self.seconds(three, 6) == [1, 2, 2, 1, 2, 3])
    #expect(self.seconds(Backoff.constant(.seconds(7)).then(.exponential(), after: 0), 2) == [1, 2])
    #expect(self.seconds(Backoff.constant(.seconds(7)).then(.exponential(), after: -3), 2) == [1, 2])
  }

  @Test("R1.2 one law on top of the other: both delays are waited")
  func sum() {
    let law = Backoff.constant(.seconds(3)) + .exponential(max: .seconds(4))
    #expect(self.seconds(law, 5) == [4, 5, 7, 7, 7])
    #expect(law.longest == 7_000_000_000)
    let nested = (Backoff.linear() + .constant(.seconds(1))).then(.fibonacci(), after: 2)
    #expect(self.seconds(nested, 5) == [2, 3, 1, 1, 2])
  }

  @Test("R1.2 R1.10 another law for each kind of failure, in a retry and in a loop of one's own")
  func choice() throws {
    let law = Backoff.choosing(
      [.rateLimited: .constant(.seconds(9)), .timeout: .constant(.zero)], otherwise: .linear())
    let simulation = Simulation(seed: 1)
    let errors: [FailureCategory] = [.rateLimited, .timeout, .server, .rateLimited]
    let dependency = ScriptedDependency<Int>(
      errors.map { .failure(Categorized(category: $0)) } + [.success(1)], on: simulation.runtime)
    let pipeline = Pipeline(runtime: simulation.runtime) { Retry(maxAttempts: 9, backoff: law, jitter: .none) }
    _ = try simulation.run { try await pipeline { try await dependency.call() } }
    #expect(dependency.callTimes == [0, 9, 9, 12, 21].map { .seconds($0) })
    var delays = BackoffGenerator(law, jitter: .none, runtime: simulation.runtime)
    #expect(delays.next(after: .rateLimited) == .seconds(9) && delays.next() == .seconds(2))
  }

  @Test("R1.3 jitter keeps to the law that holds: bounds of every combination, for every chance")
  func jitter() {
    var chance = SeededGenerator(seed: 8)
    let second: Int64 = 1_000_000_000
    let law = Backoff.constant(.seconds(7)).then(.exponential(max: .seconds(4)), after: 2)
    for _ in 0..<500 {
      for jitter in [Jitter.none, .full, .equal, .decorrelated, .proportional(0.1)] {
        var previous: Int64 = 0
        for attempt in 1...6 {
          let delay = jitter.delay(law, afterAttempt: attempt, previous: previous, chance: chance.next())
          let most = attempt <= 2 ? 7 * second : 4 * second
          #expect(delay >= 0 && delay <= most + most / 10)
          if case .decorrelated = jitter { #expect(delay >= (attempt <= 2 ? 7 : 1) * second) }
          previous = delay
        }
      }
    }
  }

  @Test("R1.2 no combination overflows, however many attempts there were", arguments: [1, 2, 1_000, Int.max])
  func overflow(attempt: Int) {
    let forever = Duration.seconds(Int64.max)
    let laws: [Backoff] = [
      .constant(forever) + .constant(forever),
      .constant(forever).then(.linear(initial: forever, max: forever), after: 3),
      (.constant(forever) + .constant(forever)) + (.constant(forever) + .constant(forever) + .constant(forever)),
      .choosing([.unknown: .constant(forever)], otherwise: .constant(.zero)),
    ]
    for law in laws {
      for jitter in [Jitter.none, .full, .equal, .decorrelated] {
        let delay = jitter.delay(law, afterAttempt: attempt, previous: .max / 8, chance: .max)
        #expect(delay >= 0)
      }
      var machine = RetryMachine()
      machine.attempt = 1
      let settings = Retry.Settings(.init(maxAttempts: 3, backoff: law, jitter: .none))
      let answer = machine.failed(.init(isRetryable: true), under: settings, at: .max / 2, deadline: .max, chance: 0)
      #expect(answer == .end(.deadline) || machine.attempt == 2)
    }
  }

  @Test("R1.10 a combination times a scale is its parts times the scale")
  func scaled() {
    let law = (Backoff.constant(.seconds(1)) + .linear(max: .seconds(9))).then(
      .choosing([.timeout: .constant(.seconds(5))], otherwise: .exponential()), after: 2)
    let scaled = law.scaled(by: 2)
    for attempt in 1...8 {
      for category in [FailureCategory.timeout, .server] {
        let whole = scaled.ceiling(afterAttempt: attempt, category: category)
        let plain = law.ceiling(afterAttempt: attempt, category: category)
        #expect(whole == min(plain * 2, 30_000_000_000))
      }
    }
  }

  @Test("what makes no sense in a part of a combination is named")
  func validation() {
    let wrong = Backoff.exponential(initial: .seconds(9), max: .seconds(3))
    for law in [wrong + .linear(), .linear().then(wrong, after: 1), .choosing([.server: wrong], otherwise: .linear())] {
      #expect(Retry.Configuration(backoff: law).problems.map(\.setting) == ["backoff.initial"])
    }
    #expect(Retry.Configuration(backoff: .linear() + .fibonacci()).problems.isEmpty)
  }
}
