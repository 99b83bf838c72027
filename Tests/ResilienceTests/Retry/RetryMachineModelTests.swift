import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct RetryMachineModelTests {
  private static let second: Int64 = 1_000_000_000

  private struct Case {
    let reference: ReferenceRetry
    let settings: Retry.Settings
  }

  private static let laws: [(Backoff, [Int])] = [
    (.constant(.seconds(2)), [2]),
    (.exponential(initial: .seconds(1), max: .seconds(5)), [1, 2, 4, 5]),
    (.constant(.seconds(1)).then(.linear(initial: .seconds(2), max: .seconds(5)), after: 1), [1, 2, 4, 5]),
    (.constant(.zero) + .fibonacci(initial: .seconds(1), max: .seconds(5)), [1, 1, 2, 3, 5]),
  ]

  private static let cases: [Case] = laws.flatMap { law in
    [1, 2, 4].flatMap { attempts in
      [nil, 3, 6].flatMap { (maxDuration: Int?) in
        [4, 9, 1_000].flatMap { deadline in
          [true, false].map { waits in
            let begin = 10
            let reference = ReferenceRetry(
              delays: law.1, maxAttempts: attempts, maxDuration: maxDuration, longestRetryAfter: 5,
              waitsForOpenCircuit: waits, deadline: begin + deadline, begin: begin)
            let configuration = Retry.Configuration(
              maxAttempts: attempts, backoff: law.0, jitter: .none, maxDuration: maxDuration.map { .seconds($0) },
              maxRetryAfter: .seconds(5), waitsForOpenCircuit: waits)
            return Case(reference: reference, settings: Retry.Settings(configuration))
          }
        }
      }
    }
  }

  /// The failure as the shell describes it to the machine.
  private func facts(_ failure: ReferenceRetry.Failure, _ waits: Bool) -> RetryMachine.Failure {
    switch failure {
    case .transient: .init(isRetryable: true)
    case .mistake: .init(isRetryable: false)
    case .cancelled: .init(isRetryable: false, isCancelled: true)
    case .asksFor1: .init(isRetryable: true, retryAfter: Self.second)
    case .asksFor5: .init(isRetryable: true, retryAfter: 5 * Self.second)
    case .asksFor6: .init(isRetryable: true, retryAfter: 6 * Self.second)
    case .openFor5: .init(isRetryable: waits, retryAfter: 5 * Self.second, isOpenCircuit: true)
    case .openForEver: .init(isRetryable: false, isOpenCircuit: true)
    case .ruledOut: .init(isRetryable: true, stop: .init(latest: 0, end: .notRetryable))
    case .ruledLate: .init(isRetryable: true, stop: .init(latest: 4 * Self.second, end: .attemptsSpent))
    }
  }

  private func explore(_ machine: RetryMachine, _ now: Int, _ depth: Int, _ example: Case, _ checked: inout Int) {
    for failure in ReferenceRetry.Failure.allCases {
      var next = machine
      let answer = next.failed(
        self.facts(failure, example.reference.waitsForOpenCircuit), under: example.settings,
        at: Int64(now) * Self.second, deadline: Int64(example.reference.deadline) * Self.second, chance: 0)
      let text =
        switch answer {
        case .wait(let until): "\(until / Self.second)"
        case .end(let end): end.rawValue
        }
      let expected = example.reference.answer(failure, attempt: machine.attempt, now: now)
      if text != expected {
        Issue.record("\(failure), attempt \(machine.attempt), at \(now): \(text), not \(expected)")
      }
      checked += 1
      guard depth > 1, case .wait(let until) = answer else { continue }
      // The next attempt takes a second.
      self.explore(next, Int(until / Self.second) + 1, depth - 1, example, &checked)
    }
  }

  @Test("R1.2 R1.5 R1.7 R1.12 every sequence of up to four failures is answered as the plain description answers it")
  func exhaustive() {
    var checked = 0
    for example in Self.cases {
      let begin = example.reference.begin
      self.explore(
        RetryMachine(started: Int64(begin) * Self.second), begin + 1, 4, example, &checked)
    }
    #expect(checked > 10_000, "\(checked)")
  }
}
