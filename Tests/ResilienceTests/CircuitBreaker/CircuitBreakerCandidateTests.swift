import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct CircuitBreakerCandidateTests {
  private func settings(_ chance: inout SeededGenerator) -> CircuitBreaker.Configuration {
    .init(
      consecutiveFailures: Bool.random(using: &chance) ? Int.random(in: 1...4, using: &chance) : nil,
      failureRateThreshold: [0.3, 0.5, 0.9][Int(chance.next() % 3)],
      slowCallThreshold: .nanoseconds(Int64.random(in: 2...6, using: &chance)),
      slowCallRateThreshold: Bool.random(using: &chance) ? 0.5 : nil, window: .count(9),
      minimumCalls: Int.random(in: 1...6, using: &chance),
      openDuration: .nanoseconds(Int64.random(in: 1...20, using: &chance)),
      permittedProbes: Int.random(in: 1...3, using: &chance), successThreshold: Int.random(in: 1...4, using: &chance),
      maxHalfOpenDuration: .nanoseconds(30),
      halfOpenFailureRateThreshold: Bool.random(using: &chance) ? 0.5 : nil,
      ramp: Bool.random(using: &chance) ? .nanoseconds(20) : nil)
  }

  /// Calls that overlap at random; the steps are drawn once, so that several drivers can be led alike.
  private struct Step {
    let draw: UInt64
    let end: UInt64
    let verdict: Verdict
    let pause: Int64
  }

  private func steps(_ chance: inout SeededGenerator, _ count: Int) -> [Step] {
    (0..<count).map { _ in
      Step(
        draw: chance.next() % 100, end: chance.next(),
        verdict: [.success, .success, .failure, .failure, .ignored][Int(chance.next() % 5)],
        pause: Int64(chance.next() % 5))
    }
  }

  /// Plays the steps; tells for every admission whether it was granted.
  private func play(_ steps: [Step], _ driver: BreakerDriver, _ look: () -> Void = {}) -> [Bool] {
    var admitted: [Bool] = []
    var underWay: [Token] = []
    for step in steps {
      switch step.draw {
      case 0..<45:
        let token = try? driver.admit()
        admitted.append(token != nil)
        if let token { underWay.append(token) }
      case 45..<85 where !underWay.isEmpty:
        driver.end(underWay.remove(at: Int(step.end % UInt64(underWay.count))), step.verdict)
      default: driver.time.advance(step.pause)
      }
      look()
    }
    return admitted
  }

  @Test("R2.2 a candidate with the live settings agrees with every decision, through a thousand random histories")
  func sameSettings() {
    for seed in UInt64(0)..<1_000 {
      var chance = SeededGenerator(seed: seed)
      let recorder = EventRecorder()
      let driver = BreakerDriver(self.settings(&chance), observer: recorder)
      driver.breaker.setCandidate(driver.breaker.configuration, on: driver.runtime)
      let admitted = self.play(self.steps(&chance, 150), driver)
      let snapshot = driver.snapshot
      guard let candidate = snapshot.candidate else {
        Issue.record("no candidate, seed \(seed)")
        return
      }
      let differences = recorder.lines.filter { $0.contains("the candidate is") }
      #expect(
        candidate.agrees && candidate.state == snapshot.state && candidate.agreed == admitted.count, "seed \(seed)")
      #expect(candidate.wouldHaveAdmitted == 0 && candidate.wouldHaveRefused == .init() && differences.isEmpty)
      #expect(candidate.tally == snapshot.tally && candidate.trips == snapshot.trips, "seed \(seed)")
      #expect(candidate.consecutiveFailures == snapshot.consecutiveFailures, "seed \(seed)")
      #expect(candidate.transitions.map(\.reason) == snapshot.transitions.suffix(16).map(\.reason), "seed \(seed)")
      if differences.count + candidate.wouldHaveAdmitted > 0 { return }
    }
  }

  @Test("R2.2 a candidate never changes what the live breaker decides, whatever its settings")
  func decidesNothing() {
    for seed in UInt64(0)..<300 {
      var chance = SeededGenerator(seed: seed)
      var settings = self.settings(&chance)
      settings.ramp = nil  // chance is drawn for a candidate's ramp as well
      let (alone, watched) = (BreakerDriver(settings), BreakerDriver(settings))
      watched.breaker.setCandidate(self.settings(&chance), on: watched.runtime)
      let steps = self.steps(&chance, 150)
      #expect(self.play(steps, alone) == self.play(steps, watched), "seed \(seed)")
      #expect(alone.snapshot.transitions == watched.snapshot.transitions, "seed \(seed)")
      #expect(alone.snapshot.tally == watched.snapshot.tally, "seed \(seed)")
    }
  }

  @Test("R2.2 beside a breaker that refuses nothing, a candidate is just what it would be live")
  func asIfLive() throws {
    for seed in UInt64(0)..<300 {
      var chance = SeededGenerator(seed: seed)
      var settings = self.settings(&chance)
      settings.ramp = nil
      let watched = BreakerDriver(.init(consecutiveFailures: nil))
      watched.breaker.setCandidate(settings, on: watched.runtime)
      let live = BreakerDriver(settings)
      var refused = (succeeded: 0, failed: 0, ignored: 0)
      for step in self.steps(&chance, 150) {
        let (token, own) = (try watched.admit(), try? live.admit())
        for driver in [watched, live] { driver.time.advance(step.pause) }
        watched.end(token, step.verdict)
        if let own {
          live.end(own, step.verdict)
        } else {
          switch step.verdict {
          case .success: refused.succeeded += 1
          case .failure: refused.failed += 1
          case .ignored: refused.ignored += 1
          }
        }
      }
      let candidate = try #require(watched.snapshot.candidate)
      let expected = live.snapshot
      #expect(candidate.state == expected.state && candidate.tally == expected.tally, "seed \(seed)")
      #expect(candidate.trips == expected.trips && candidate.since == expected.since || expected.since == 0)
      #expect(candidate.wouldHaveRefused.succeeded == refused.succeeded, "seed \(seed)")
      #expect(candidate.wouldHaveRefused.failed == refused.failed, "seed \(seed)")
      #expect(candidate.wouldHaveRefused.ignored == refused.ignored, "seed \(seed)")
      #expect(candidate.reasons.cause == expected.reasons.cause, "seed \(seed)")
    }
  }

  @Test("R2.2 what a candidate would have done is told when its state begins to differ, not call by call")
  func events() throws {
    let recorder = EventRecorder()
    let driver = BreakerDriver(
      .init(consecutiveFailures: 3, openDuration: .seconds(60), successThreshold: 1), observer: recorder)
    try driver.breaker.setCandidate(
      validating: .init(consecutiveFailures: 2, openDuration: .seconds(20), permittedProbes: 1, successThreshold: 1),
      on: driver.runtime)
    try driver.calls([.failure, .failure, .success, .success, .failure])
    driver.time.advance(by: .seconds(20))
    try driver.call(.success)
    try driver.calls([.success, .success])
    let name = "circuitBreaker driven:"
    #expect(
      recorder.lines == [
        "\(name) candidate closed → open (2 failures in a row)",
        "\(name) closed, the candidate is open (2 failures in a row)",
        "\(name) candidate open → halfOpen (the open time is over)",
        "\(name) candidate halfOpen → closed (1 probe succeeded)", "\(name) closed, and so is the candidate",
      ])
    let candidate = try #require(driver.snapshot.candidate)
    #expect(candidate.wouldHaveRefused == .init(succeeded: 2, failed: 1) && candidate.trips == 1)
    #expect(candidate.agreed == 5 && candidate.agrees && candidate.state == .closed)
    #expect(candidate.reasons.description.hasPrefix("Closed because 1 probe succeeded."))
  }

  @Test("R2.2 calls that only the candidate would have admitted are counted, also while refusals are quick")
  func wouldHaveAdmitted() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 1))
    driver.breaker.setCandidate(.init(consecutiveFailures: 9), on: driver.runtime)
    try driver.call(.failure)
    for _ in 0..<7 { #expect(throws: Rejection.self) { try driver.admit() } }
    #expect(driver.snapshot.candidate?.wouldHaveAdmitted == 7 && driver.snapshot.candidate?.agrees == false)
    driver.breaker.setCandidate(nil, on: driver.runtime)
    #expect(driver.snapshot.candidate == nil && driver.state == .open)
    #expect(throws: Rejection.self) { try driver.admit() }
    #expect(throws: InvalidConfiguration.self) {
      try driver.breaker.setCandidate(validating: .init(consecutiveFailures: 0), on: driver.runtime)
    }
  }

  @Test("R2.4 a candidate's own predicate is asked for its verdicts; without one it hears the live ones")
  func predicate() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 2, verdict: { _ in .failure }))
    driver.breaker.setCandidate(.init(consecutiveFailures: 2, verdict: { _ in .ignored }), on: driver.runtime)
    try driver.calls([.failure, .failure])
    #expect(driver.state == .open && driver.snapshot.candidate?.state == .closed)
    driver.breaker.reset(on: driver.runtime)
    driver.breaker.setCandidate(.init(consecutiveFailures: 2), on: driver.runtime)
    try driver.calls([.failure, .failure])
    #expect(driver.snapshot.candidate?.state == .open)
  }

  @Test("R2.2 a candidate that judges slowness has durations measured, although the live settings do not ask for it")
  func slowness() throws {
    let driver = BreakerDriver(.init(consecutiveFailures: 9))
    driver.breaker.setCandidate(
      .init(
        consecutiveFailures: nil, slowCallThreshold: .seconds(1), slowCallRateThreshold: 0.5, window: .count(4),
        minimumCalls: 2),
      on: driver.runtime)
    try driver.call(.success, took: .seconds(2))
    try driver.call(.success, took: .seconds(2))
    #expect(driver.state == .closed && driver.snapshot.candidate?.state == .open)
    #expect(driver.snapshot.candidate?.reasons.cause == .slowCallRate(Tally(total: 2, slow: 2), limit: 0.5))
  }

  @Test(
    "R2.12 a breaker without a candidate admits by the path without a lock; with one it does not, and again without")
  func path() {
    let driver = BreakerDriver(.init(consecutiveFailures: 2))
    var context = driver.context
    #expect(driver.breaker.tryAdmit(&context) != nil)
    driver.breaker.setCandidate(.init(), on: driver.runtime)
    #expect(driver.breaker.tryAdmit(&context) == nil)
    driver.breaker.setCandidate(nil, on: driver.runtime)
    #expect(driver.breaker.tryAdmit(&context) != nil)
    #expect(driver.snapshot.generation == 0 && driver.snapshot.transitions.isEmpty)
  }
}
