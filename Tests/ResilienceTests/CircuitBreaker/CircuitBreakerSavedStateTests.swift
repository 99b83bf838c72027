import Foundation
import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct CircuitBreakerSavedStateTests {
  private let configuration = CircuitBreaker.Configuration(
    consecutiveFailures: 3, failureRateThreshold: 0.9, window: .count(10), openDuration: .seconds(10),
    openDurationFactor: 2, maxOpenDuration: .seconds(40), successThreshold: 1)

  /// Through text and into another breaker.
  private func moved(_ driver: BreakerDriver, elapsed: Duration = .zero) throws -> BreakerDriver {
    let text = try JSONEncoder().encode(driver.breaker.savedState(on: driver.runtime))
    let saved = try JSONDecoder().decode(CircuitBreaker.SavedState.self, from: text)
    let other = BreakerDriver(self.configuration)
    other.time.advance(by: .seconds(77))  // another clock
    other.breaker.restore(saved, elapsed: elapsed, on: other.runtime)
    return other
  }

  @Test("R2.7 an open breaker is open elsewhere for the rest of its time, with its trips, its reason and its growth")
  func open() throws {
    let driver = BreakerDriver(self.configuration)
    for _ in 0..<3 { try driver.call(.failure) }
    driver.time.advance(by: .seconds(10))
    try driver.call(.failure)  // the probe: 20 s
    driver.time.advance(by: .seconds(5))
    let other = try self.moved(driver, elapsed: .seconds(5))
    let snapshot = other.snapshot
    #expect(
      snapshot.state == .open && snapshot.trips == 2 && snapshot.openUntil == other.runtime.now() + 10_000_000_000)
    #expect(snapshot.explanation == "Open because it was restored: a probe failed. Probes are admitted in 10.0 s.")
    let rejection = #expect(throws: Rejection.self) { try other.admit() }
    #expect(rejection?.retryAfter == .seconds(10) && rejection?.state == "open")
    other.time.advance(by: .seconds(10))
    try other.call(.failure)
    #expect(other.snapshot.openUntil == other.runtime.now() + 40_000_000_000 && other.snapshot.trips == 3)
    let again = try self.moved(try self.moved(other))
    #expect(again.snapshot.explanation.contains("it was restored: a probe failed."))
  }

  @Test("R2.7 a half-open or ramping breaker tries again elsewhere, with the next call")
  func recovering() throws {
    let driver = BreakerDriver(self.configuration)
    for _ in 0..<3 { try driver.call(.failure) }
    driver.time.advance(by: .seconds(10))
    _ = try driver.admit()
    #expect(driver.state == .halfOpen)
    let other = try self.moved(driver)
    #expect(other.state == .open && other.snapshot.explanation.hasSuffix("The next call is a probe."))
    try other.call(.success)
    #expect(other.state == .closed && other.snapshot.trips == 1)
  }

  @Test("R2.7 a closed breaker keeps its counts; a time window's only if they would still be in it")
  func closed() throws {
    let driver = BreakerDriver(self.configuration)
    try driver.calls([.success, .success, .failure, .failure])
    let other = try self.moved(driver, elapsed: .seconds(1_000_000))
    #expect(other.snapshot.tally == Tally(total: 4, failures: 2) && other.snapshot.consecutiveFailures == 2)
    try other.call(.failure)
    #expect(other.state == .open)
    let timed = BreakerDriver(.init(consecutiveFailures: nil, window: .time(.seconds(10))))
    try timed.calls([.success, .failure])
    let saved = timed.breaker.savedState(on: timed.runtime)
    timed.breaker.restore(saved, elapsed: .seconds(9), on: timed.runtime)
    #expect(timed.snapshot.tally == Tally(total: 2, failures: 1))
    timed.breaker.restore(saved, elapsed: .seconds(10), on: timed.runtime)
    #expect(timed.snapshot.tally == Tally())
  }

  @Test("R2.7 an operator's decision survives a restart with reason, actor and the rest of its time, or has run out")
  func decision() throws {
    let driver = BreakerDriver(self.configuration)
    driver.breaker.take(.isolated, reason: "deploy", actor: "ann", for: .seconds(60), on: driver.runtime)
    driver.time.advance(by: .seconds(10))
    let other = try self.moved(driver, elapsed: .seconds(20))
    let decision = try #require(other.snapshot.operatorDecision)
    #expect(decision.state == .isolated && decision.reason == "deploy" && decision.actor == "ann")
    #expect(decision.expires == other.runtime.now() + 30_000_000_000 && decision.since == other.runtime.now())
    other.time.advance(by: .seconds(30))
    try other.call(.success)
    #expect(try self.moved(driver, elapsed: .seconds(50)).state == .closed)
    driver.breaker.take(.disabled, reason: "r", actor: "a", on: driver.runtime)
    let forever = try self.moved(driver, elapsed: .seconds(1_000_000_000))
    #expect(forever.state == .disabled && forever.snapshot.operatorDecision?.expires == nil)
  }

  @Test("R2.7 R2.14 nothing that a file may hold breaks a breaker: a thousand hostile states, and it still works")
  func hostile() throws {
    let extremes = [Int.min, Int.min + 1, -1, 0, 1, 2, 1 << 22, 1 << 32, 1 << 48, Int.max / 4, Int.max - 1, Int.max]
    for seed in UInt64(0)..<1_000 {
      var chance = SeededGenerator(seed: seed)
      func any() -> Int { extremes[Int(chance.next() % UInt64(extremes.count))] }
      let driver = BreakerDriver(self.configuration)
      if seed % 2 == 0 {
        let timed = CircuitBreaker.Configuration(failureRateThreshold: 0.5, window: .time(.seconds(10)))
        driver.breaker.replace(timed, on: driver.runtime)
      }
      var saved = driver.breaker.savedState(on: driver.runtime)
      saved.isOpen = seed % 3 == 0
      (saved.openNanoseconds, saved.openings, saved.trips) = (Int64(any()), any(), any())
      (saved.calls, saved.failures, saved.slow) = (any(), any(), any())
      (saved.consecutiveFailures, saved.wouldHaveOpened) = (any(), any())
      saved.reason = String(repeating: "x", count: Int(chance.next() % 5_000))
      if seed % 4 == 1 {
        saved.decision = .init(state: .isolated, reason: "", actor: "", remainingNanoseconds: Int64(any()))
      }
      let elapsed: Duration = [.zero, .seconds(-5), .seconds(Int64.max), .nanoseconds(Int64(any()))][Int(seed / 7 % 4)]
      driver.breaker.restore(saved, elapsed: elapsed, on: driver.runtime)
      let snapshot = driver.snapshot
      #expect(snapshot.tally.failures <= snapshot.tally.total && snapshot.tally.slow <= snapshot.tally.total)
      #expect(snapshot.tally.total >= 0 && snapshot.trips >= 0 && snapshot.consecutiveFailures >= 0)
      #expect(snapshot.explanation.count < 2_000)
      #expect(snapshot.openUntil ?? 0 <= driver.runtime.now() + 600_000_000_000, "seed \(seed)")
      driver.breaker.letGo(reason: "", actor: "", on: driver.runtime)
      driver.time.advance(by: .seconds(600))
      try? driver.call(.success)  // restored counts may still open it
      driver.time.advance(by: .seconds(600))
      for _ in 0..<9 { try? driver.call(.success) }
      #expect(driver.state == .closed, "seed \(seed)")
      let again = driver.breaker.savedState(on: driver.runtime)
      driver.breaker.restore(again, elapsed: .zero, on: driver.runtime)
    }
  }

  @Test("R2.7 text that is no saved state is a decoding error, never a crash")
  func garbage() throws {
    let good = try JSONEncoder().encode(BreakerDriver(self.configuration).breaker.savedState())
    let text = String(decoding: good, as: UTF8.self)
    var fuzzer = Fuzzer(seed: 3)
    var refused = 0
    for _ in 0..<500 {
      let damaged = fuzzer.mutate(text, with: "{}[]:,\"0123456789.-eNa")
      do {
        let saved = try JSONDecoder().decode(CircuitBreaker.SavedState.self, from: Data(damaged.utf8))
        BreakerDriver(self.configuration).breaker.restore(saved, elapsed: .seconds(1))
      } catch is DecodingError { refused += 1 }
    }
    #expect(refused > 100)
  }
}
