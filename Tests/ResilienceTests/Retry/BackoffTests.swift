import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct BackoffTests {
  private static let second: Int64 = 1_000_000_000

  private func seconds(_ backoff: Backoff, _ attempts: Int) -> [Int64] {
    (1...attempts).map { backoff.ceiling(afterAttempt: $0) / Self.second }
  }

  @Test("R1.2 the default waits 1, 2, 4, 8, 16 and then 30 seconds")
  func exponential() {
    #expect(self.seconds(.exponential(), 8) == [1, 2, 4, 8, 16, 30, 30, 30])
  }

  @Test("R1.2 constant, linear, Fibonacci and custom laws follow their formula up to the cap")
  func laws() {
    #expect(self.seconds(.constant(.seconds(7)), 3) == [7, 7, 7])
    #expect(self.seconds(.linear(initial: .seconds(2), max: .seconds(9)), 6) == [2, 4, 6, 8, 9, 9])
    #expect(self.seconds(.fibonacci(initial: .seconds(1), max: .seconds(10)), 8) == [1, 1, 2, 3, 5, 8, 10, 10])
    #expect(self.seconds(.custom(max: .seconds(5)) { .seconds($0 * $0) }, 4) == [1, 4, 5, 5])
  }

  @Test(
    "R1.2 no law overflows, however many attempts there were", arguments: [1, 2, 63, 64, 65, 1_000, 1_000_000, .max])
  func noOverflow(attempt: Int) {
    let forever = Duration.seconds(Int64.max)
    let laws: [Backoff] = [
      .constant(forever), .linear(initial: forever, max: forever), .fibonacci(initial: forever, max: forever),
      .exponential(initial: .nanoseconds(1), factor: 1e300, max: forever),
      .exponential(initial: forever, factor: .infinity, max: forever),
      .exponential(factor: .nan), .exponential(factor: -3), .custom { _ in forever },
    ]
    for law in laws {
      let delay = law.ceiling(afterAttempt: attempt)
      #expect(delay >= 0 && delay <= max(law.longest, law.initial))
    }
  }

  @Test("R1.2 delays of growing laws never shrink and never pass the cap, whatever the settings")
  func monotone() {
    var chance = SeededGenerator(seed: 11)
    for _ in 0..<500 {
      let initial = Duration.nanoseconds(Int64.random(in: 0...10_000_000_000, using: &chance))
      let cap = Duration.nanoseconds(Int64.random(in: 0...100_000_000_000, using: &chance))
      let factor = Double.random(in: 0...10, using: &chance)
      for law in [
        Backoff.exponential(initial: initial, factor: factor, max: cap), .linear(initial: initial, max: cap),
        .fibonacci(initial: initial, max: cap),
      ] {
        let delays = (1...100).map { law.ceiling(afterAttempt: $0) }
        #expect(zip(delays, delays.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(delays.allSatisfy { $0 >= 0 && $0 <= cap.nanoseconds })
      }
    }
  }

  @Test("a negative custom delay is taken for none")
  func negative() {
    #expect(Backoff.custom { _ in .seconds(-5) }.ceiling(afterAttempt: 1) == 0)
  }
}
