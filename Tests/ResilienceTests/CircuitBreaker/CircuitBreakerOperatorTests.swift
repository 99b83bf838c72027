import Resilience
import ResilienceTesting
import Testing

@Suite struct CircuitBreakerOperatorTests {
  private let recorder = EventRecorder()
  private let driver: BreakerDriver

  init() {
    self.driver = BreakerDriver(
      .init(consecutiveFailures: 2, openDuration: .seconds(3), successThreshold: 1), observer: self.recorder)
  }

  private func take(_ state: CircuitBreaker.OperatorState, for length: Duration? = nil) {
    self.driver.breaker.take(state, reason: "deploy", actor: "ann", for: length, on: self.driver.runtime)
  }

  @Test("R2.7 isolated refuses every call, says so, and says when to come back if it runs out")
  func isolated() throws {
    self.take(.isolated)
    let forever = #expect(throws: Rejection.self) { try self.driver.call(.success) }
    #expect(forever?.reason == .isolated && forever?.state == "isolated" && forever?.retryAfter == nil)
    self.take(.isolated, for: .seconds(60))
    self.driver.time.advance(by: .seconds(20))
    let rejection = #expect(throws: Rejection.self) { try self.driver.call(.success) }
    #expect(rejection?.retryAfter == .seconds(40))
    self.driver.time.advance(by: .seconds(40))
    try self.driver.call(.success)
    #expect(self.driver.state == .closed)
  }

  @Test("R2.7 disabled lets every call pass and counts nothing")
  func disabled() throws {
    self.take(.disabled)
    try self.driver.calls(Array(repeating: .failure, count: 50))
    #expect(self.driver.state == .disabled)
    #expect(self.driver.snapshot.tally == Tally() && self.driver.snapshot.consecutiveFailures == 0)
  }

  @Test("R2.7 observing counts and reports, but never refuses")
  func observing() throws {
    self.take(.observing)
    try self.driver.calls([.failure, .failure, .failure, .success, .failure])
    #expect(self.driver.state == .observing && self.driver.snapshot.wouldHaveOpened == 1)
    #expect(self.driver.snapshot.trips == 0)
    #expect(self.recorder.lines.contains("circuitBreaker driven: would have opened (2 failures in a row)"))
  }

  @Test("R2.7 a decision carries reason, actor, time and expiry, and is told")
  func decision() throws {
    self.driver.time.advance(by: .seconds(5))
    let now = self.driver.runtime.now()
    self.take(.isolated, for: .seconds(60))
    let decision = try #require(self.driver.snapshot.operatorDecision)
    #expect(decision.state == .isolated && decision.reason == "deploy" && decision.actor == "ann")
    #expect(decision.since == now && decision.expires == now + 60_000_000_000)
    #expect(self.driver.snapshot.since == now)
    #expect(self.recorder.lines.contains("circuitBreaker driven: isolated by ann: deploy"))
    #expect(self.driver.snapshot.explanation == "Isolated by ann: deploy, for another 60.0 s.")
  }

  @Test("R2.7 a decision that runs out without traffic is over for whoever looks, at the instant it ran out")
  func expiryWithoutTraffic() {
    let start = self.driver.runtime.now()
    self.take(.isolated, for: .seconds(60))
    self.driver.time.advance(by: .seconds(3_600))
    let snapshot = self.driver.snapshot
    #expect(snapshot.state == .closed && self.driver.state == .closed)
    #expect(snapshot.operatorDecision == nil)
    #expect(snapshot.since == start + 60_000_000_000)
    #expect(snapshot.transitions.last?.at == start + 60_000_000_000)
    #expect(snapshot.transitions.last?.reason == "the operator's decision ran out")
  }

  @Test("R2.7 letting go begins again closed; letting go of what nobody took says nothing")
  func letGo() throws {
    self.driver.breaker.letGo(reason: "nothing", actor: "bob", on: self.driver.runtime)
    #expect(self.recorder.events.isEmpty && self.driver.snapshot.generation == 0)
    self.take(.isolated)
    self.driver.breaker.letGo(reason: "done", actor: "ann", on: self.driver.runtime)
    #expect(self.driver.state == .closed && self.driver.snapshot.operatorDecision == nil)
    #expect(self.recorder.lines.last == "circuitBreaker driven: free by ann: done")
    try self.driver.call(.success)
  }

  @Test("R2.7 what was admitted before an operator's decision is no evidence after it")
  func fence() throws {
    let late = try (0..<4).map { _ in try self.driver.admit() }
    self.take(.observing)
    for token in late { self.driver.end(token, .failure) }
    #expect(self.driver.snapshot.tally == Tally() && self.driver.snapshot.wouldHaveOpened == 0)
  }

  @Test("R2.7 a reset closes and forgets outcomes and causes, but not the history")
  func reset() throws {
    try self.driver.calls([.failure, .failure])
    self.driver.breaker.reset(on: self.driver.runtime)
    let snapshot = self.driver.snapshot
    #expect(snapshot.state == .closed && snapshot.tally == Tally() && snapshot.consecutiveFailures == 0)
    #expect(snapshot.lastCause == nil && snapshot.evidence.isEmpty)
    #expect(snapshot.trips == 1 && snapshot.transitions.map(\.to) == ["open", "closed"])
    try self.driver.call(.failure)
    #expect(self.driver.state == .closed)
  }

  @Test("R2.7 a reset leaves an operator's decision in force")
  func resetWhileTaken() {
    self.take(.isolated)
    self.driver.breaker.reset(on: self.driver.runtime)
    #expect(self.driver.state == .isolated && self.driver.snapshot.operatorDecision?.actor == "ann")
  }

  @Test("R2.7 an operator overrides whatever state there is", arguments: CircuitBreaker.OperatorState.allCases)
  func overrides(state: CircuitBreaker.OperatorState) throws {
    try self.driver.calls([.failure, .failure])
    self.take(state)
    #expect(self.driver.state.rawValue == state.rawValue)
    self.driver.breaker.letGo(reason: "", actor: "ann", on: self.driver.runtime)
    self.driver.time.advance(by: .seconds(3))
    try self.driver.calls([.failure, .failure])
    self.driver.time.advance(by: .seconds(3))
    _ = try self.driver.admit()
    self.take(state)
    #expect(self.driver.state.rawValue == state.rawValue && self.driver.snapshot.probes == nil)
  }

  @Test("R2.7 a reset says who and why, and leaves an operator's decision in force")
  func resetWithReason() {
    let time = ManualTime()
    let recorder = EventRecorder()
    let breaker = CircuitBreaker("b", observer: recorder)
    breaker.reset(reason: "it is well again", actor: "ada", on: time.runtime)
    #expect(recorder.lines.last == "circuitBreaker b: closed by ada: it is well again")
    breaker.take(.isolated, reason: "drill", actor: "bob", on: time.runtime)
    breaker.reset(reason: "counts", actor: "ada", on: time.runtime)
    #expect(breaker.state(on: time.runtime) == .isolated)
    #expect(recorder.lines.last == "circuitBreaker b: isolated by ada: counts")
  }

  @Test("a breaker explains its state in English when it is asked")
  func explains() {
    let time = ManualTime()
    let breaker = CircuitBreaker("b")
    breaker.take(.isolated, reason: "drill", actor: "bob", on: time.runtime)
    #expect(breaker.explanation(on: time.runtime) == breaker.snapshot(on: time.runtime).explanation)
    #expect(breaker.explanation(on: time.runtime).contains("bob"))
  }
}
