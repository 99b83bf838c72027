import ResilienceSimulation
import Testing

@testable import Resilience

/// The laws against the published formulas, written down once more without regard to speed.
@Suite struct LimitModelTests {
  struct Sample {
    let time: Double
    let inFlight: Int
    let dropped: Bool
  }

  /// Samples of a dependency that is fast, then slow, then fast again.
  private func samples(_ seed: UInt64, count: Int) -> [Sample] {
    var chance = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      let base = number / 300 % 3 == 1 ? 40_000_000.0 : 10_000_000
      return Sample(
        time: base + Double(chance.next() % 5_000_000), inFlight: Int(chance.next() % 120),
        dropped: chance.next() % 50 == 0)
    }
  }

  private func run(_ algorithm: Limit.Algorithm, _ samples: [Sample], chance: UInt64) -> [Int] {
    var limit = Limit(algorithm)
    return samples.map {
      limit.sample(.nanoseconds(Int64($0.time)), inFlight: $0.inFlight, dropped: $0.dropped, chance: chance)
    }
  }

  @Test("R6.8 AIMD: one more in use, a tenth less after a drop, never outside its bounds", arguments: UInt64(0)..<20)
  func aimd(seed: UInt64) {
    let samples = self.samples(seed, count: 2_000)
    var reference = 20
    let expected = samples.map { sample in
      if sample.dropped { reference = reference * 9 / 10 } else if sample.inFlight * 2 >= reference { reference += 1 }
      reference = min(200, max(20, reference))
      return reference
    }
    #expect(self.run(.aimd(), samples, chance: 0) == expected)
    var slow = Limit(.aimd(.init(initial: 100)))
    let after = slow.sample(.milliseconds(5_001), inFlight: 100, dropped: false)
    #expect(after == 90)
    var inTime = Limit(.aimd(.init(initial: 100)))
    let grown = inTime.sample(.milliseconds(5_000), inFlight: 100, dropped: false)
    #expect(grown == 101)
  }

  @Test("R6.8 Gradient2 agrees with its published formula, sample by sample", arguments: UInt64(0)..<20)
  func gradient2(seed: UInt64) {
    let samples = self.samples(seed, count: 2_000)
    var limit = 20.0
    var history: [Double] = []
    var long = 0.0
    let expected = samples.map { sample -> Int in
      history.append(sample.time)
      long = history.count <= 10 ? history.reduce(0, +) / Double(history.count) : long + (sample.time - long) * 2 / 601
      let ratio = long / sample.time
      if ratio > 2 { long *= 0.95 }
      if Double(sample.inFlight) >= limit / 2 {
        let wanted = limit * max(0.5, min(1, 1.5 * ratio)) + 4
        limit = min(200, max(20, limit * 0.8 + wanted * 0.2))
      }
      return Int(limit)
    }
    let found = self.run(.gradient2(), samples, chance: 0)
    // Another order of the same additions may round differently where the limit is all but whole.
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1 })
    #expect(zip(found, expected).count { $0 == $1 } > 1_980 && Set(found).count > 20)
  }

  @Test("R6.8 Vegas agrees with its published formula, sample by sample", arguments: UInt64(0)..<20)
  func vegas(seed: UInt64) {
    let samples = self.samples(seed, count: 3_000)
    var limit = 20.0
    var fastest = 0.0
    var since = 0
    var jitter = 1.0
    let expected = samples.map { sample -> Int in
      since += 1
      if Double(since) >= jitter * 30 * limit {
        (since, fastest, jitter) = (0, sample.time, 0.75)
      } else if fastest == 0 || sample.time < fastest {
        fastest = sample.time
      } else {
        let step = limit >= 1_000 ? limit.squareRoot().rounded(.down) : limit >= 100 ? 2 : 1
        let queue = (limit * (1 - fastest / sample.time)).rounded(.up)
        if sample.dropped {
          limit -= step
        } else if Double(sample.inFlight * 2) >= limit {
          if queue <= step {
            limit += 6 * step
          } else if queue < 3 * step {
            limit += step
          } else if queue > 6 * step {
            limit -= step
          }
        }
        limit = min(1_000, max(1, limit))
      }
      return Int(limit)
    }
    let found = self.run(.vegas(), samples, chance: 1 << 63)
    #expect(found == expected && Set(found).count > 10)
  }

  @Test(
    "R6.8 no law grows while it is not used, however fast the dependency is",
    arguments: [Limit.Algorithm.aimd(), .vegas(), .gradient2()])
  func idle(algorithm: Limit.Algorithm) {
    var limit = Limit(algorithm)
    for _ in 0..<590 { limit.sample(.milliseconds(10), inFlight: 9, dropped: false) }
    #expect(limit.value == 20)
    for _ in 0..<10 { limit.sample(.milliseconds(10), inFlight: limit.value, dropped: false) }
    #expect(limit.value > 20)
  }

  @Test(
    "R6.8 failures lower every law's limit, and teach it nothing about durations",
    arguments: [
      Limit.Algorithm.aimd(.init(initial: 100)), .vegas(.init(initial: 100)), .gradient2(.init(initial: 100)),
    ])
  func drops(algorithm: Limit.Algorithm) {
    var limit = Limit(algorithm)
    let before = limit
    let after = limit.drop()
    #expect(after < 100)
    #expect(limit.noLoad == before.noLoad && limit.longAverage == before.longAverage)
    for _ in 0..<1_000 { limit.drop() }
    #expect((1...20).contains(limit.value))
  }
}
