import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct RetryMachineTests {
  private typealias Failure = RetryMachine.Failure
  private static let second: Int64 = 1_000_000_000

  private func settings(_ configuration: Retry.Configuration = .init(jitter: .none)) -> Retry.Settings {
    Retry.Settings(configuration)
  }

  /// One line of the table below: what happened, and what must follow.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let failure: RetryMachine.Failure
    var attempt = 1
    var deadline: Instant = .max
    let answer: RetryMachine.Action
    var testDescription: String { self.name }
  }

  static let rows: [Row] = [
    Row(name: "waits the back-off", failure: .init(isRetryable: true), answer: .wait(until: second)),
    Row(
      name: "waits longer if asked", failure: .init(isRetryable: true, retryAfter: 5 * second),
      answer: .wait(until: 5 * second)),
    Row(
      name: "never earlier than its own delay", failure: .init(isRetryable: true, retryAfter: 1),
      answer: .wait(until: second)),
    Row(
      name: "exactly the longest Retry-After is waited for",
      failure: .init(isRetryable: true, retryAfter: 30 * second), answer: .wait(until: 30 * second)),
    Row(
      name: "too long a Retry-After ends", failure: .init(isRetryable: true, retryAfter: 30 * second + 1),
      answer: .end(.retryAfterTooLong)),
    Row(
      name: "an open circuit may be waited for longer",
      failure: .init(isRetryable: true, retryAfter: 60 * second, isOpenCircuit: true),
      answer: .wait(until: 60 * second)),
    Row(
      name: "but not beyond the deadline",
      failure: .init(isRetryable: true, retryAfter: 60 * second, isOpenCircuit: true), deadline: 60 * second,
      answer: .end(.deadline)),
    Row(
      name: "a wait up to the deadline is not begun", failure: .init(isRetryable: true), deadline: second,
      answer: .end(.deadline)),
    Row(
      name: "a wait that ends just before it is", failure: .init(isRetryable: true), deadline: second + 1,
      answer: .wait(until: second)),
    Row(name: "not retryable", failure: .init(isRetryable: false), answer: .end(.notRetryable)),
    Row(name: "cancelled", failure: .init(isRetryable: false, isCancelled: true), answer: .end(.cancelled)),
    Row(name: "attempts spent", failure: .init(isRetryable: true), attempt: 3, answer: .end(.attemptsSpent)),
  ]

  @Test("R1.5 R1.7 R1.12 the machine's decisions, case by case", arguments: rows)
  func table(row: Row) {
    var machine = RetryMachine()
    machine.attempt = row.attempt
    let answer = machine.failed(row.failure, under: self.settings(), at: 0, deadline: row.deadline, chance: 7)
    #expect(answer == row.answer)
    if case .wait = answer { #expect(machine.attempt == row.attempt + 1) }
  }

  @Test("R1.12 no attempt begins after the total time")
  func maxDuration() {
    let settings = self.settings(.init(maxAttempts: 9, jitter: .none, maxDuration: .seconds(4)))
    var machine = RetryMachine(started: 10)
    #expect(
      machine.failed(Failure(isRetryable: true), under: settings, at: 10, deadline: .max, chance: 0)
        == .wait(until: 10 + Self.second))
    #expect(
      machine.failed(Failure(isRetryable: true), under: settings, at: 3 * Self.second, deadline: .max, chance: 0)
        == .end(.deadline))
  }

  @Test("R1.7 whatever chance and settings say, a wait is never shorter than Retry-After nor beyond the deadline")
  func properties() {
    var chance = SeededGenerator(seed: 17)
    let jitters: [Jitter] = [.none, .full, .equal, .decorrelated, .proportional(0.1)]
    for _ in 0..<5_000 {
      let settings = self.settings(
        .init(
          maxAttempts: Int.random(in: 1...6, using: &chance), jitter: jitters[Int(chance.next() % 5)],
          maxRetryAfter: .seconds(Int64.random(in: 0...100, using: &chance))))
      let retryAfter = Bool.random(using: &chance) ? Int64.random(in: 0...200, using: &chance) * Self.second : nil
      let deadline = Int64.random(in: 0...200, using: &chance) * Self.second
      var machine = RetryMachine()
      var now: Instant = 0
      for attempt in 1...7 {
        let failure = Failure(isRetryable: true, retryAfter: retryAfter)
        let answer = machine.failed(failure, under: settings, at: now, deadline: deadline, chance: chance.next())
        guard case .wait(let until) = answer else { break }
        #expect(until - now >= retryAfter ?? 0 && until < deadline)
        #expect(retryAfter ?? 0 <= settings.longestRetryAfter && attempt < settings.maxAttempts)
        now = until
      }
    }
  }

  @Test("a machine travels through a token unchanged")
  func token() {
    var machine = RetryMachine(started: 99)
    machine.attempt = 7
    machine.previous = -1
    #expect(RetryMachine(machine.token) == machine)
  }
}
