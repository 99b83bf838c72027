import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct CircuitBreakerTrendTests {
  private static let minute: Int64 = 60_000_000_000

  /// The last sixty minutes, as far as there was anything: minute, calls, failures.
  private func shown(_ driver: BreakerDriver) -> [[Int]] {
    driver.breaker.availability(on: driver.runtime).filter { $0.calls > 0 }.map {
      [Int($0.start / Self.minute), $0.calls, $0.failures]
    }
  }

  /// Calls at random for some hours, and the plain list of them.
  private func history(_ driver: BreakerDriver, seed: UInt64) throws -> [(minute: Int, failed: Bool)] {
    var chance = SeededGenerator(seed: seed)
    var all: [(minute: Int, failed: Bool)] = []
    driver.time.advance(by: .seconds(Int64(chance.next() % 100) * 86_400))  // machines that have run for long
    for _ in 0..<600 {
      let failed = chance.next() % 4 == 0
      all.append((Int(driver.runtime.now() / Self.minute), failed))
      try driver.call(failed ? .failure : .success)
      if chance.next() % 5 == 0 { try driver.call(.ignored) }
      driver.time.advance(
        chance.next() % 50 == 0 ? Int64(chance.next() % 90) * Self.minute : Int64(chance.next() % 9_000_000_000))
      if chance.next() % 40 == 0 { driver.breaker.reset(on: driver.runtime) }
      if chance.next() % 20 == 0 { _ = driver.breaker.availability(on: driver.runtime) }
    }
    return all
  }

  private func recount(_ all: [(minute: Int, failed: Bool)], _ now: Instant) -> [[Int]] {
    let present = Int(now / Self.minute)
    return (max(0, present - 59)...present).compactMap { minute in
      let mine = all.filter { $0.minute == minute }
      return mine.isEmpty ? nil : [minute, mine.count, mine.count { $0.failed }]
    }
  }

  @Test("R2.9 with a time window the trend is every outcome of the last sixty minutes in its minute, resets included")
  func timeWindow() throws {
    for seed in UInt64(0)..<40 {
      // Buckets of a second: each lies within one minute.
      let driver = BreakerDriver(.init(consecutiveFailures: nil, window: .time(.seconds(10))))
      let all = try self.history(driver, seed: seed)
      #expect(self.shown(driver) == self.recount(all, driver.runtime.now()), "seed \(seed)")
    }
  }

  @Test("R2.9 with a count window failures are in their minute, and no call is lost or counted twice")
  func countWindow() throws {
    for seed in UInt64(0)..<40 {
      let driver = BreakerDriver(.init(consecutiveFailures: nil, window: .count(50)))
      let all = try self.history(driver, seed: seed)
      let shown = self.shown(driver)
      let expected = self.recount(all, driver.runtime.now())
      #expect(
        shown.filter { $0[2] > 0 }.map { [$0[0], $0[2]] } == expected.filter { $0[2] > 0 }.map { [$0[0], $0[2]] },
        "seed \(seed)")
      #expect(shown.allSatisfy { $0[2] <= $0[1] })
    }
    let driver = BreakerDriver(.init(consecutiveFailures: nil, window: .count(5)))
    for number in 0..<600 {
      try driver.call(number % 100 == 50 ? .failure : .success)
      driver.time.advance(1_000_000_000)
    }
    let shown = self.shown(driver)
    #expect(shown.map { $0[1] }.reduce(0, +) == 600 && shown.map { $0[2] }.reduce(0, +) == 6)
  }

  @Test("R2.9 outcomes are spread evenly over the minutes that they may belong to, none lost")
  func spread() {
    for seed in UInt64(0)..<1_000 {
      var chance = SeededGenerator(seed: seed)
      let total = Int(chance.next() % 1_000)
      let failures = Int(chance.next() % UInt64(total + 1))
      let start = Int64(chance.next() % 100) * 7_000_000_000
      let minutes = 1 + Int64(chance.next() % 40)
      var parts: [(Int64, Int, Int)] = []
      AvailabilityTrend.spread(
        total: total, failures: failures, from: start, to: start + minutes * Self.minute
      ) { parts.append(($0, $1, $2)) }
      #expect(parts.map(\.1).reduce(0, +) == total && parts.map(\.2).reduce(0, +) == failures)
      #expect(parts.allSatisfy { $0.2 >= 0 && $0.2 <= $0.1 })
      #expect(parts.map(\.1).max().map { most in parts.allSatisfy { $0.1 >= most - 2 } } == true)
    }
  }

  @Test("R2.9 probes are part of the trend, refused and ignored calls are not, and a share is known where calls were")
  func probes() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 2, openDuration: .seconds(60), successThreshold: 1))
    try driver.calls([.success, .success, .failure, .failure])
    #expect(throws: Rejection.self) { try driver.admit() }
    driver.time.advance(by: .seconds(60))
    try driver.call(.failure)
    driver.time.advance(by: .seconds(60))
    try driver.call(.success)
    #expect(self.shown(driver) == [[0, 4, 2], [1, 1, 1], [2, 1, 0]])
    let periods = driver.breaker.availability(on: driver.runtime)
    #expect(periods.map(\.availability) == [0.5, 0, 1])
    driver.time.advance(by: .seconds(60))
    #expect(driver.breaker.availability(on: driver.runtime).last?.availability == nil)
    driver.time.advance(by: .seconds(86_400))
    #expect(driver.breaker.availability(on: driver.runtime).count == 60 && self.shown(driver) == [])
  }

  @Test("R2.9 what was counted before a silence of weeks neither stays nor displaces what comes after it")
  func silence() throws {
    for days in [1, 22, 23, 40, 45, 46, 300] {
      for window in [CircuitBreaker.Window.time(.seconds(1)), .time(.seconds(100)), .count(9)] {
        let driver = BreakerDriver(.init(consecutiveFailures: nil, window: window))
        try driver.calls([.success, .failure, .failure])
        driver.time.advance(by: .seconds(days * 86_400))
        for _ in 0..<120 {
          try driver.call(.failure)
          driver.time.advance(by: .seconds(30))
        }
        let shown = self.shown(driver)
        #expect(
          shown.count >= 59 && shown.dropFirst().dropLast().allSatisfy { $0[1] == 2 && $0[2] == 2 }, "\(days) days")
      }
    }
  }

  @Test("R2.9 replacing the window loses nothing of the trend")
  func replaced() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: nil, window: .count(10)))
    try driver.calls([.success, .failure, .success])
    for window in [CircuitBreaker.Window.time(.seconds(10)), .count(7), .time(.seconds(20)), .count(10)] {
      driver.breaker.replace(.init(consecutiveFailures: nil, window: window), on: driver.runtime)
      try driver.calls([.success, .failure])
    }
    #expect(self.shown(driver) == [[0, 11, 5]])
  }

  @Test("R2.9 response times: percentiles are within 6.3 % of a plain sorted list, and forget after ten minutes")
  func responseTimes() throws {
    for seed in UInt64(0)..<60 {
      var chance = SeededGenerator(seed: seed)
      let driver = BreakerDriver(.init(consecutiveFailures: nil, recordsDurations: true))
      var all: [Int64] = []
      for _ in 0..<400 {
        let length = Int64(1_000 + chance.next() % (1 << (10 + chance.next() % 22)))
        all.append(length)
        try driver.call([.success, .failure][Int(chance.next() % 2)], took: .nanoseconds(length))
        try driver.call(.ignored, took: .microseconds(7))
      }
      let times = try #require(driver.breaker.responseTimes(on: driver.runtime))
      guard times.count == all.count else { continue }  // five minutes have passed within
      all.sort()
      for (found, share) in [(times.p50, 0.5), (times.p90, 0.9), (times.p99, 0.99)] {
        let exact = Double(all[Int((share * Double(all.count)).rounded(.up)) - 1])
        #expect(abs(found / .nanoseconds(1) / exact - 1) <= 0.0631, "seed \(seed), \(share)")
      }
      #expect(times.buckets.map(\.count).reduce(0, +) == all.count)
      #expect(zip(times.buckets, times.buckets.dropFirst()).allSatisfy { $0.below < $1.below })
      driver.time.advance(by: .seconds(600))
      #expect(driver.breaker.responseTimes(on: driver.runtime)?.count == 0)
    }
  }

  @Test("R2.9 the buckets of response times have no gap and no overlap, from nothing to eternity")
  func buckets() {
    #expect(
      LatencyCounts.index(-5) == 0 && LatencyCounts.index(0) == 0 && LatencyCounts.index(.max) < LatencyCounts.buckets)
    for index in 0..<LatencyCounts.buckets {
      let end = LatencyCounts.end(index)
      #expect(
        LatencyCounts.index(end - 1) == index && LatencyCounts.index(end) == min(index + 1, LatencyCounts.buckets - 1))
      #expect(LatencyCounts.index(LatencyCounts.middle(index)) == index)
    }
  }

  @Test("R2.9 where nothing is measured there are no response times; they begin when measuring is switched on")
  func unmeasured() throws {
    let driver = BreakerDriver(.init())
    try driver.call(.success, took: .seconds(1))
    #expect(driver.breaker.responseTimes(on: driver.runtime) == nil)
    driver.breaker.replace(.init(recordsDurations: true), on: driver.runtime)
    try driver.call(.success, took: .seconds(1))
    #expect(driver.breaker.responseTimes(on: driver.runtime)?.count == 1)
  }
}
