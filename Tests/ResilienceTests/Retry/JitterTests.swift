import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct JitterTests {
  private let backoff = Backoff.exponential(initial: .seconds(1), factor: 2, max: .seconds(30))

  /// What every jitter may make of a delay.
  private func bounds(_ jitter: Jitter, ceiling: Int64, previous: Int64, _ backoff: Backoff) -> ClosedRange<Int64> {
    switch jitter {
    case .none: ceiling...ceiling
    case .proportional(let share): ceiling...(ceiling + Int64(Double(ceiling) * share))
    case .full: 0...ceiling
    case .equal: (ceiling / 2)...ceiling
    case .decorrelated:
      backoff.initial...max(backoff.initial, min(backoff.longest, max(previous, backoff.initial) * 3))
    }
  }

  @Test(
    "R1.3 every jitter keeps its bounds for every attempt and every chance",
    arguments: [Jitter.none, .proportional(0.1), .full, .equal, .decorrelated])
  func bounds(jitter: Jitter) {
    var chance = SeededGenerator(seed: 3)
    for attempt in [1, 2, 3, 7, 100, 1_000_000] {
      var previous: Int64 = 0
      for round in 0..<2_000 {
        let bits: UInt64 = round == 0 ? 0 : round == 1 ? .max : chance.next()
        let delay = jitter.delay(self.backoff, afterAttempt: attempt, previous: previous, chance: bits)
        let allowed = self.bounds(
          jitter, ceiling: self.backoff.ceiling(afterAttempt: attempt), previous: previous, self.backoff)
        #expect(allowed.contains(delay), "\(jitter), attempt \(attempt)")
        previous = delay
      }
    }
  }

  @Test("R1.3 both ends of the range are reached", arguments: [Jitter.proportional(0.1), .full, .equal, .decorrelated])
  func ends(jitter: Jitter) {
    let least = jitter.delay(self.backoff, afterAttempt: 1, previous: 0, chance: 0)
    let most = jitter.delay(self.backoff, afterAttempt: 1, previous: 0, chance: .max)
    let allowed = self.bounds(jitter, ceiling: 1_000_000_000, previous: 0, self.backoff)
    #expect(least == allowed.lowerBound && most == allowed.upperBound)
  }

  @Test("R1.3 full jitter is spread evenly: its mean is half the delay")
  func mean() {
    var chance = SeededGenerator(seed: 5)
    let sum = (0..<20_000).reduce(0.0) { sum, _ in
      sum + Double(Jitter.full.delay(self.backoff, afterAttempt: 1, previous: 0, chance: chance.next()))
    }
    #expect(abs(sum / 20_000 / 1e9 - 0.5) < 0.01)
  }

  @Test("R1.3 the same chance gives the same delay")
  func seeded() {
    for chance: UInt64 in [0, 1, .max / 3, .max] {
      let delays = (0..<2).map { _ in Jitter.full.delay(self.backoff, afterAttempt: 4, previous: 0, chance: chance) }
      #expect(delays[0] == delays[1])
    }
  }

  @Test("a share that is no number or out of range is brought into range")
  func oddShares() {
    for (share, most) in [(Double.nan, 1.0), (-1, 1), (7, 2)] as [(Double, Double)] {
      let delay = Jitter.proportional(share).delay(self.backoff, afterAttempt: 1, previous: 0, chance: .max)
      #expect(Double(delay) == 1e9 * most)
    }
  }

  @Test("decorrelated jitter of a custom law waits: the law's own delay stands in for the initial one")
  func decorrelatedCustom() {
    let law = Backoff.custom { _ in .seconds(2) }
    #expect(Jitter.decorrelated.delay(law, afterAttempt: 1, previous: 0, chance: 0) == 2_000_000_000)
  }

  @Test(
    "neither the longest delay nor the longest cap overflows",
    arguments: [Jitter.proportional(1), .equal, .decorrelated])
  func extremes(jitter: Jitter) {
    let law = Backoff.exponential(initial: .seconds(Int64.max), max: .seconds(Int64.max))
    for attempt in [1, 1_000_000] {
      let delay = jitter.delay(law, afterAttempt: attempt, previous: .max / 4, chance: .max)
      #expect(delay >= 0 && delay <= .max / 2)
    }
  }
}
