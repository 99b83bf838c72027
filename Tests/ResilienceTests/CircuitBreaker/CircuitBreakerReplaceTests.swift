import Resilience
import Testing

@Suite struct CircuitBreakerReplaceTests {
  private func replace(_ driver: BreakerDriver, _ change: (inout CircuitBreaker.Configuration) -> Void) {
    var configuration = driver.breaker.configuration
    change(&configuration)
    driver.breaker.replace(configuration, on: driver.runtime)
  }

  @Test("R2.14 replaced thresholds hold for the next outcome; what was counted stays counted")
  func thresholds() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 9, failureRateThreshold: 1, window: .count(20)))
    try driver.calls([.success, .failure, .failure, .failure])
    self.replace(driver) { $0.consecutiveFailures = 3 }
    let snapshot = driver.snapshot
    #expect(snapshot.state == .closed && snapshot.consecutiveFailures == 3)
    #expect(snapshot.tally == Tally(total: 4, failures: 3) && snapshot.generation == 0)
    try driver.call(.failure)
    #expect(driver.state == .open)
    #expect(driver.snapshot.transitions.map(\.reason) == ["4 failures in a row"])
  }

  @Test("R2.14 a rate that is switched on judges what the window holds already, also when a success completes it")
  func rates() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: nil, window: .count(20), minimumCalls: 4))
    try driver.calls([.success, .failure, .failure])
    self.replace(driver) { $0.failureRateThreshold = 0.5 }
    try driver.call(.success)
    #expect(driver.state == .open)
  }

  @Test("R2.14 the end of an open period stays where it is; the next one has the new length")
  func openTime() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 1, openDuration: .seconds(10)))
    try driver.call(.failure)
    let until = driver.snapshot.openUntil
    self.replace(driver) { $0.openDuration = .seconds(3) }
    #expect(driver.snapshot.openUntil == until && driver.state == .open)
    driver.time.advance(by: .seconds(10))
    try driver.call(.failure)
    #expect(driver.snapshot.openUntil == driver.runtime.now() + 3_000_000_000)
  }

  @Test("R2.14 a half-open breaker keeps its probes; fewer permitted ones are awaited, enough successes close it")
  func probes() throws {
    let driver = BreakerDriver(
      .init(consecutiveFailures: 1, openDuration: .seconds(1), permittedProbes: 3, successThreshold: 5))
    try driver.call(.failure)
    driver.time.advance(by: .seconds(1))
    let probes = try (0..<3).map { _ in try driver.admit() }
    self.replace(driver) { $0.permittedProbes = 1 }
    #expect(driver.snapshot.probes?.underWay == 3)
    driver.end(probes[0], .success)
    driver.end(probes[1], .success)
    #expect(throws: Rejection.self) { try driver.admit() }
    driver.end(probes[2], .ignored)
    _ = try driver.admit()
    #expect(driver.snapshot.probes?.underWay == 1 && driver.snapshot.probes?.succeeded == 2)
    self.replace(driver) { $0.successThreshold = 2 }
    #expect(driver.state == .closed)
  }

  @Test("R2.14 the window's counts are kept while its kind and length are, else it begins empty, and comes back empty")
  func windows() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: nil, window: .count(10)))
    try driver.calls([.success, .failure, .success])
    self.replace(driver) { $0.minimumCalls = 7 }
    #expect(driver.snapshot.tally == Tally(total: 3, failures: 1))
    self.replace(driver) { $0.window = .time(.seconds(10)) }
    #expect(driver.snapshot.tally == Tally())
    try driver.calls([.failure, .failure])
    #expect(driver.snapshot.tally == Tally(total: 2, failures: 2))
    self.replace(driver) { $0.window = .count(10) }
    #expect(driver.snapshot.tally == Tally() && driver.snapshot.consecutiveFailures == 2)
    try driver.call(.success)
    #expect(driver.snapshot.tally == Tally(total: 1))
  }

  @Test("R2.14 slowness and predicates are replaced with the rest, also for calls that are under way")
  func verdicts() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: 1, slowCallThreshold: .seconds(9), slowCallRateThreshold: 1, window: .count(10),
        minimumCalls: 1))
    #expect(driver.breaker.verdict(on: Boom()) == .failure)
    let token = try driver.admit()
    self.replace(driver) {
      $0.slowCallThreshold = .seconds(1)
      $0.verdict = { _ in .ignored }
    }
    #expect(driver.breaker.verdict(on: Boom()) == .ignored)
    driver.time.advance(by: .seconds(2))
    driver.end(token, .success)
    #expect(driver.state == .open)
    self.replace(driver) {
      $0.slowCallThreshold = nil
      $0.slowCallRateThreshold = nil
      $0.verdict = nil
    }
    driver.time.advance(by: .seconds(60))
    let probe = try driver.admit()
    driver.time.advance(by: .seconds(50))
    driver.end(probe, .success)
    #expect(driver.state == .halfOpen && driver.breaker.verdict(on: Boom()) == .failure)
  }

  @Test("R2.14 settings that make no sense are not taken over, and are told all at once")
  func validation() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 2))
    let error = #expect(throws: InvalidConfiguration.self) {
      try driver.breaker.replace(
        validating: .init(
          consecutiveFailures: 0, halfOpenFailureRateThreshold: 2, ramp: .zero, callTimeout: .seconds(-1)),
        on: driver.runtime)
    }
    #expect(
      error?.problems.map(\.setting) == [
        "consecutiveFailures", "halfOpenFailureRateThreshold", "ramp", "callTimeout",
      ])
    #expect(driver.breaker.configuration.consecutiveFailures == 2)
    try driver.breaker.replace(validating: .init(consecutiveFailures: 1), on: driver.runtime)
    try driver.call(.failure)
    #expect(driver.state == .open)
  }
}
