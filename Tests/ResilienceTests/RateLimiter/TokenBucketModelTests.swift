import ResilienceSimulation
import Testing

@testable import Resilience

/// The bucket in one instant against a bucket that is filled and emptied.
@Suite struct TokenBucketModelTests {
  /// Holds `capacity` nanoseconds' worth of permits; below 0 is what is promised to those who wait.
  struct Reference {
    let interval: Int64
    let capacity: Int64
    var level: Int64
    var filled: Int64

    mutating func reserve(_ permits: Int64, at now: Int64, latest: Int64) -> Int64? {
      self.level = min(self.capacity, self.level + now - self.filled)
      self.filled = now
      let cost = permits * self.interval
      guard cost <= self.capacity else { return nil }
      let due = now + max(0, cost - self.level)
      guard due <= latest || due == now else { return nil }
      self.level -= cost
      return due
    }
  }

  enum Step: CaseIterable { case one, two, patient, weighty, wait1, wait4, wait9 }

  struct World {
    var machine: TokenBucketMachine
    var reference: Reference
    var now: Int64 = 1_000

    init(interval: Int64, burst: Int) {
      self.machine = TokenBucketMachine(interval: interval, burst: burst)
      let capacity = interval * Int64(burst)
      self.reference = Reference(interval: interval, capacity: capacity, level: capacity, filled: 1_000)
    }

    mutating func apply(_ step: Step) -> Bool {
      switch step {
      case .wait1: self.now += 1
      case .wait4: self.now += 4
      case .wait9: self.now += 9
      case .one: return self.ask(1, patience: 0)
      case .two: return self.ask(2, patience: 0)
      case .patient: return self.ask(1, patience: 6)
      case .weighty: return self.ask(2, patience: 11)
      }
      return true
    }

    private mutating func ask(_ permits: Int, patience: Int64) -> Bool {
      let expected = self.reference.reserve(Int64(permits), at: self.now, latest: self.now + patience)
      if permits == 1, patience == 0 {
        let before = self.machine
        var fast = self.machine
        guard fast.takeOne(at: self.now) == (expected != nil) else { return false }
        guard expected != nil || fast == before else { return false }
      }
      switch self.machine.reserve(permits, at: self.now, latest: self.now + patience) {
      case .granted(let due, _): return due == expected
      case .refused(let wait):
        guard expected == nil, let wait else { return expected == nil && permits > Int(self.reference.capacity / 5) }
        return self.isExact(wait, permits)
      }
    }

    /// Then it is there, and not a nanosecond before.
    private func isExact(_ wait: Int64, _ permits: Int) -> Bool {
      var early = self.machine
      var punctual = self.machine
      let moment = self.now + wait
      guard case .refused = early.reserve(permits, at: moment - 1, latest: moment - 1) else { return false }
      return punctual.reserve(permits, at: moment, latest: moment) == .granted(at: moment, state: punctual.arrival)
    }
  }

  private func explore(_ world: World, _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in Step.allCases {
      var next = world
      count += 1
      guard next.apply(step) else {
        Issue.record("after \(path + [step]): \(next.machine), the reference: \(next.reference)")
        return count
      }
      count += self.explore(next, path + [step], depth: depth - 1)
    }
    return count
  }

  @Test(
    "R6.7 locally: token bucket and GCRA agree with a naive bucket in all sequences of six events", arguments: 1...3)
  func exhaustive(burst: Int) {
    #expect(self.explore(World(interval: 5, burst: burst), [], depth: 6) > 100_000)
  }

  @Test("R6.7 locally: and in long random ones", arguments: UInt64(0)..<100)
  func random(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    var world = World(interval: 5, burst: 1 + Int(chance.next() % 4))
    for number in 0..<500 {
      let step = Step.allCases[Int(chance.next() % UInt64(Step.allCases.count))]
      let agrees = world.apply(step)
      #expect(agrees, "event \(number), \(step)")
    }
  }

  @Test("R6.7 locally: the last reservation can be given back, an earlier one stays empty")
  func giveBack() {
    var machine = TokenBucketMachine(interval: 10, burst: 1)
    let isThere = machine.takeOne(at: 100)
    #expect(isThere)
    let first = machine.reserve(1, at: 100, latest: 200)
    let second = machine.reserve(1, at: 100, latest: 200)
    #expect(first == .granted(at: 110, state: 120) && second == .granted(at: 120, state: 130))
    machine.giveBack(1, state: 120)
    #expect(machine.arrival == 130)
    machine.giveBack(1, state: 130)
    let third = machine.reserve(1, at: 100, latest: 200)
    #expect(third == .granted(at: 120, state: 130))
  }

  @Test("R6.7 locally: the largest settings do not overflow")
  func extremes() {
    let configuration = RateLimiter.Configuration(
      permits: 1, per: .seconds(86_400), algorithm: .tokenBucket(burst: 1_000_000_000))
    var machine = TokenBucketMachine(interval: configuration.interval, burst: configuration.burst)
    for now in [0, 1, Int64.max / 4] {
      let isThere = machine.takeOne(at: now)
      #expect(isThere)
      _ = machine.reserve(.max, at: now, latest: .max)
      #expect(machine.available(at: now) > 0)
    }
  }

  @Test(
    "R6.4 rate: by a clock that lags a bucket gives no permit too many, and is at most the lag less full",
    arguments: UInt64(0)..<40)
  func laggingClock(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let interval = Int64(1 + chance.next() % 9)
    let lag = Int64(10 + chance.next() % 90)
    let lagging = TokenBucketMachine(interval: interval, burst: Int(lag) * 12)
    var (coarse, exact) = (lagging, lagging)
    var now: Int64 = 1_000
    var (given, spared) = (0, 0)
    for _ in 0..<3_000 {
      now += chance.next() % 50 == 0 ? Int64(chance.next() % 2_000) : Int64(chance.next() % UInt64(2 * interval))
      // The clock says the last full tick; where it does not suffice the exact time is asked for, as the limiter does.
      let tick = now - now % lag
      let isGiven = coarse.takeOne(at: tick, lag: lag)
      if isGiven { spared += 1 }
      guard isGiven || coarse.takeOne(at: now) else { continue }
      given += 1
      let isLawful = exact.takeOne(at: now)
      #expect(isLawful, "the law would not have given it")
      let missing = max(coarse.arrival, now) - max(exact.arrival, now)
      #expect((0...lag).contains(missing))
    }
    #expect(given > 1_000 && spared > 100)
  }

  @Test("R6.4 rate: only buckets of many permits that are close together go by the coarse clock")
  func sparing() {
    #expect(TokenBucketMachine(interval: 10_000, burst: 100_000).sparesClock)
    #expect(!TokenBucketMachine(interval: 10_001, burst: 100_000).sparesClock)
    #expect(!TokenBucketMachine(interval: 10_000, burst: 99_999).sparesClock)
  }
}
