import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct CircuitBreakerSnapshotTests {
  @Test(
    "R2.5 a refusal carries name, state, since when, the remaining open time, the last cause and the correlation id")
  func rejection() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 2))
    driver.time.advance(by: .seconds(7))
    try driver.call(.failure, number: 1)
    try driver.call(.failure, number: 2)
    let opened = driver.runtime.now()
    driver.time.advance(by: .seconds(20))
    let context = Context(driver.runtime, operation: "charge", correlationID: "abc")
    let rejection = #expect(throws: Rejection.self) { try driver.breaker.admit(in: context) }
    let refusal = try #require(rejection)
    #expect(refusal.policy == .circuitBreaker && refusal.name == "driven" && refusal.reason == .circuitOpen)
    #expect(refusal.state == "open" && refusal.since == opened && refusal.retryAfter == .seconds(40))
    #expect(refusal.lastCause as? Boom == Boom(number: 2) && refusal.correlationID == "abc")
    #expect(
      "\(refusal)" == "circuitBreaker 'driven' refused the call: it is open; ask again in 40.0 seconds; "
        + "last cause: Boom(number: 2)")
  }

  @Test("R2.9 the evidence is the outcomes that opened it, no older ones")
  func evidence() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 3, openDuration: .seconds(3)))
    try driver.call(.failure, number: 1)
    try driver.call(.success)
    for number in 2...4 {
      driver.time.advance(by: .seconds(1))
      try driver.call(.failure, number: number)
    }
    let evidence = driver.snapshot.evidence
    #expect(evidence.map { $0.error as? Boom } == [2, 3, 4].map { Boom(number: $0) })
    #expect(evidence.allSatisfy { $0.isFailure && !$0.isSlow && $0.duration == nil })
    #expect(zip(evidence, evidence.dropFirst()).allSatisfy { $1.at - $0.at == 1_000_000_000 })
    driver.time.advance(by: .seconds(3))
    try driver.call(.failure, number: 9)  // the probe
    #expect(driver.snapshot.evidence.map { $0.error as? Boom } == [Boom(number: 9)])
  }

  @Test("R2.9 the evidence of slowness is the slow calls, with their durations")
  func slowEvidence() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: nil, slowCallThreshold: .seconds(1), slowCallRateThreshold: 0.5, window: .count(9),
        minimumCalls: 3))
    try driver.call(.success, took: .seconds(2))
    try driver.call(.failure)
    try driver.call(.success, took: .seconds(3))
    let evidence = driver.snapshot.evidence
    #expect(
      evidence.map(\.duration) == [.seconds(2), .seconds(3)] && evidence.allSatisfy { !$0.isFailure && $0.isSlow })
  }

  @Test("R2.9 durations are part of the evidence where they are recorded, although nothing is judged by them")
  func durations() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 2, recordsDurations: true))
    try driver.call(.failure, took: .seconds(2))
    try driver.call(.failure, took: .milliseconds(5))
    #expect(driver.snapshot.evidence.map(\.duration) == [.seconds(2), .milliseconds(5)])
    #expect(driver.snapshot.evidence.allSatisfy { !$0.isSlow })
  }

  @Test("R2.9 a snapshot tells state, counts and transitions with their time-stamps")
  func snapshot() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 2, openDuration: .seconds(3), successThreshold: 2))
    let start = driver.runtime.now()
    try driver.calls([.success, .failure])
    var snapshot = driver.snapshot
    #expect(snapshot.state == .closed && snapshot.since == 0 && snapshot.tally == Tally(total: 2, failures: 1))
    #expect(snapshot.consecutiveFailures == 1 && snapshot.openUntil == nil && snapshot.probes == nil)
    try driver.call(.failure)
    driver.time.advance(by: .seconds(3))
    try driver.call(.success)
    snapshot = driver.snapshot
    #expect(snapshot.state == .halfOpen && snapshot.generation == 2 && snapshot.trips == 1)
    #expect(snapshot.probes?.underWay == 0 && snapshot.probes?.succeeded == 1)
    #expect(
      snapshot.transitions == [
        .init(at: start, from: "closed", to: "open", reason: "2 failures in a row"),
        .init(at: start + 3_000_000_000, from: "open", to: "halfOpen", reason: "the open time is over"),
      ])
  }

  @Test("R2.9 the explanation says what the facts say, in every state")
  func explanation() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: nil, failureRateThreshold: 0.5, window: .count(10), minimumCalls: 3,
        openDuration: .seconds(30), permittedProbes: 2, successThreshold: 2))
    let rules = "It opens when 50 % of at least 3 calls fail."
    #expect(driver.snapshot.explanation == "It has never opened. 0 of the 0 calls in the window failed. \(rules)")
    try driver.calls([.success, .failure])
    #expect(driver.snapshot.explanation == "It has never opened. 1 of the 2 calls in the window failed. \(rules)")
    try driver.call(.failure, number: 5)
    driver.time.advance(by: .seconds(10))
    #expect(
      driver.snapshot.explanation == "Open because 2 of 3 calls failed (67 %), the limit is 50 %. The last failure: "
        + "Boom(number: 5). Probes are admitted in 20.0 s.")
    driver.time.advance(by: .seconds(20))
    #expect(driver.snapshot.explanation.hasSuffix("The next call is a probe."))
    _ = try driver.admit()
    try driver.call(.success)
    #expect(
      driver.snapshot.explanation == "Half-open because the open time is over. 1 of 2 probes succeeded, 1 of at most "
        + "2 are under way.")
    try driver.call(.success)
    #expect(
      driver.snapshot.explanation
        == "Closed because 2 probes succeeded. 0 of the 0 calls in the window failed. \(rules)")
  }

  @Test("the memory of outcomes and transitions is bounded")
  func bounded() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 100, openDuration: .seconds(1), successThreshold: 1))
    for _ in 0..<50 {
      try driver.calls(Array(repeating: .failure, count: 100))
      driver.time.advance(by: .seconds(1))
      try driver.call(.success)
    }
    #expect(driver.snapshot.evidence.count == 16 && driver.snapshot.transitions.count == 32)
    #expect(driver.snapshot.trips == 50 && driver.snapshot.consecutiveFailures == 0)
  }

  /// Asks the breaker from inside an event: under the breaker's lock that would never return.
  private final class CuriousObserver: Observer {
    let breaker = Lock<CircuitBreaker?>(nil)
    let seen = Lock<[CircuitBreaker.State]>([])
    func observe(_ event: Event) {
      guard let state = self.breaker.withLock({ $0 })?.state(on: .live) else { return }
      self.seen.withLock { $0.append(state) }
    }
  }

  @Test("an observer may ask the breaker that it hears: events are told outside the lock")
  func observerMayAsk() async throws {
    let observer = CuriousObserver()
    let breaker = CircuitBreaker("curious", .init(consecutiveFailures: 1), observer: observer)
    observer.breaker.withLock { $0 = breaker }
    await #expect(throws: Boom()) { try await breaker.run { throw Boom() } }
    await #expect(throws: Rejection.self) { try await breaker.run {} }
    #expect(observer.seen.withLock { $0 } == [.open, .open])
  }
}
