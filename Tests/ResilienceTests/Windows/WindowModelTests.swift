import ResilienceSimulation
import Synchronization
import Testing

@testable import Resilience

/// Both windows against plain arrays.
@Suite struct WindowModelTests {
  private struct Outcome {
    let at: Instant
    let failure: Bool
    let slow: Bool
  }

  private func tally(_ outcomes: some Collection<Outcome>) -> Tally {
    Tally(total: outcomes.count, failures: outcomes.count { $0.failure }, slow: outcomes.count { $0.slow })
  }

  @Test("R2.2 a count window is exactly the last n outcomes", arguments: [1, 2, 7, 63, 64, 65, 128, 1_000])
  func counts(size: Int) {
    var chance = SeededGenerator(seed: UInt64(size))
    for countsSlow in [true, false] {
      let window = CountWindow(size: size, countsSlow: countsSlow)
      var all: [Outcome] = []
      for number in 0..<(size * 3 + 20) {
        let failure = chance.next() % 3 == 0
        let slow = countsSlow && chance.next() % 4 == 0
        if !failure && !slow && number % 2 == 0 {
          window.recordSuccess()
        } else {
          window.record(failure: failure, slow: slow)
        }
        all.append(Outcome(at: 0, failure: failure, slow: slow))
        #expect(window.tally() == self.tally(all.suffix(size)))
      }
      window.reset()
      #expect(window.tally() == Tally())
      window.record(failure: true, slow: countsSlow)
      #expect(window.tally() == Tally(total: 1, failures: 1, slow: countsSlow ? 1 : 0))
    }
  }

  @Test("R2.2 a time window is the outcomes of the present period and the nine before, also across long silences")
  func times() {
    for seed in UInt64(0)..<30 {
      var chance = SeededGenerator(seed: seed)
      let period = Int64(1 + chance.next() % 1_000)
      let window = TimeWindow(nanoseconds: period * 10)
      var all: [Outcome] = []
      var now: Instant = Int64(chance.next() % 1_000_000)
      for _ in 0..<400 {
        switch chance.next() % 20 {
        case 0: now += period * Int64(chance.next() % 40)  // a jump over part of the window, or all of it
        case 1: now += period * 16  // the same bucket again
        case 2: now += period * 1_000_000
        default: now += Int64(chance.next() % UInt64(period))
        }
        let failure = chance.next() % 3 == 0
        let slow = chance.next() % 4 == 0
        if failure || slow {
          window.record(failure: failure, slow: slow, at: now)
        } else {
          window.recordSuccess(at: now)
        }
        all.append(Outcome(at: now, failure: failure, slow: slow))
        let since = now / period - 9
        #expect(window.tally(at: now) == self.tally(all.filter { $0.at / period >= since }), "seed \(seed)")
      }
      #expect(window.tally(at: now + period * 10) == Tally())
      window.reset(at: now)
      #expect(window.tally(at: now) == Tally())
    }
  }

  @Test("a reader whose clock lags a little sees what was recorded meanwhile as not yet there, nothing worse")
  func laggingReader() {
    let window = TimeWindow(nanoseconds: 1_000)
    for time in stride(from: Int64(10_000), to: 11_000, by: 100) { window.record(failure: true, slow: false, at: time) }
    let late = window.tally(at: 10_850)
    #expect(late.total <= 10 && late.total >= 9 && late.failures == late.total)
  }

  @Test("four million calls in one bucket do not spill into the failures")
  func saturation() {
    let window = TimeWindow(nanoseconds: 10_000_000_000)
    let bucket = window.words[Int((Int64(5_000_000_000) / window.period) & 15) | window.stripe << 4]
    window.recordSuccess(at: 5_000_000_000)
    let word = bucket.pointee.load(ordering: .relaxed)
    #expect(word & 0x3F_FFFF == 1)
    bucket.pointee.store(word | 0x3F_FFFF, ordering: .relaxed)
    window.record(failure: true, slow: false, at: 5_000_000_000)
    window.recordSuccess(at: 5_000_000_000)
    #expect(window.tally(at: 5_000_000_000) == Tally(total: 0x3F_FFFF, failures: 0))
  }

  @Test("rates of nothing are nothing")
  func rates() {
    #expect(Tally().failureRate == 0 && Tally().slowCallRate == 0)
    #expect(Tally(total: 4, failures: 1, slow: 3).failureRate == 0.25)
    #expect(Tally(total: 4, failures: 1, slow: 3).slowCallRate == 0.75)
  }
}
