import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

/// The explanation against what a listener can recount from the calls and events that he saw.
@Suite struct CircuitBreakerExplanationTests {
  /// Somebody who hears of every call's end and of every event, and knows the settings.
  private struct Listener {
    let limits: CircuitBreaker.Configuration
    let size: Int
    var outcomes: [Bool] = []
    var row = 0
    var probes = (won: 0, lost: 0)
    var entered: Instant = 0
    var state = "closed"
    /// The counts at the last transition.
    var deciding = (failures: 0, total: 0, row: 0)

    mutating func ended(_ verdict: Verdict, asProbe: Bool) {
      if asProbe {
        if verdict == .success { self.probes.won += 1 }
        if verdict == .failure { self.probes.lost += 1 }
      } else if verdict != .ignored {
        self.outcomes.append(verdict == .failure)
        self.row = verdict == .failure ? self.row + 1 : 0
      }
      self.deciding = (self.failures, self.window.count, self.row)
    }

    var window: [Bool] { self.outcomes.suffix(self.size) }
    var failures: Int { self.window.count { $0 } }

    mutating func hear(_ event: Event) {
      guard case .transitioned(_, let to, _) = event.kind else { return }
      let wasProbing = self.state == "halfOpen" && to == "halfOpen"
      self.state = to
      self.entered = event.at
      self.probes = (0, 0)
      if to == "closed" || wasProbing { (self.outcomes, self.row) = ([], 0) }
    }
  }

  private func settings(_ chance: inout SeededGenerator) -> (CircuitBreaker.Configuration, Int) {
    let size = Int.random(in: 4...12, using: &chance)
    let configuration = CircuitBreaker.Configuration(
      consecutiveFailures: Bool.random(using: &chance) ? Int.random(in: 2...5, using: &chance) : nil,
      failureRateThreshold: [0.3, 0.55, 0.9][Int(chance.next() % 3)], window: .count(size),
      minimumCalls: Int.random(in: 2...4, using: &chance), openDuration: .seconds(30),
      permittedProbes: Int.random(in: 1...3, using: &chance), successThreshold: Int.random(in: 1...4, using: &chance),
      halfOpenFailureRateThreshold: Bool.random(using: &chance) ? 0.4 : nil,
      ramp: Bool.random(using: &chance) ? .seconds(40) : nil)
    return (configuration, size)
  }

  private func check(
    _ reasons: CircuitBreaker.Explanation, _ listener: Listener, now: Instant, openFor: Int64?
  ) -> [String] {
    var wrong: [String] = []
    func require(_ holds: Bool, _ what: String) { if !holds { wrong.append("\(what): \(reasons)") } }
    let text = reasons.description
    require(reasons.state.rawValue == listener.state, "state")
    let (failures, total, row) = listener.deciding
    switch reasons.cause {
    case .consecutiveFailures(let count, let limit) where reasons.state == .open:
      require(count == row && limit == listener.limits.consecutiveFailures, "row")
      let told = row == 1 ? "1 failure" : "\(row) failures in a row"
      require(text.hasPrefix("Open because \(told), the limit is \(limit)."), "text of the row")
    case .failureRate(let tally, let limit) where reasons.state == .open:
      require(tally.failures == failures && tally.total == total, "rate")
      require(limit == listener.limits.failureRateThreshold, "limit of the rate")
      let percent = "\(Int((limit * 100).rounded())) %"
      require(text.hasPrefix("Open because \(failures) of \(total) calls failed ("), "counts of the rate")
      require(text.contains("%), the limit is \(percent)."), "text of the rate")
    default: break
    }
    switch reasons.state {
    case .closed:
      require(reasons.tally == Tally(total: listener.window.count, failures: listener.failures), "counts")
      require(text.contains("\(listener.failures) of the \(listener.window.count) calls in the window failed."), "text")
      if let limit = listener.limits.consecutiveFailures {
        require(text.contains(limit == 1 ? "at the first failure" : "at \(limit) failures in a row"), "rule")
      }
    case .open:
      let rest = max(0, listener.entered + (openFor ?? 0) - now)
      require(reasons.remaining == .nanoseconds(rest), "remaining \(rest)")
      let seconds = (Double(rest) / 1e8).rounded() / 10
      require(rest == 0 ? text.hasSuffix("The next call is a probe.") : text.hasSuffix("in \(seconds) s."), "time")
    case .halfOpen:
      guard let probes = reasons.probes else {
        let share = 0.1 + 0.9 * Double(now - listener.entered) / 40e9
        require(abs(reasons.admittedShare - share) < 1e-9 && text.contains("of the calls are admitted"), "share")
        break
      }
      require(probes.succeeded == listener.probes.won && probes.failed == listener.probes.lost, "probes")
      require(text.contains("\(probes.underWay) of at most \(probes.permitted) are under way"), "places")
    case .isolated, .disabled, .observing: wrong.append("no operator was there")
    }
    return wrong
  }

  @Test(
    "R2.9 whatever the explanation says of counts, limits and times agrees with the events, in a thousand histories")
  func agrees() {
    var causes: Set<String> = []
    for seed in UInt64(0)..<1_000 {
      var chance = SeededGenerator(seed: seed)
      let (configuration, size) = self.settings(&chance)
      let recorder = EventRecorder()
      let driver = BreakerDriver(configuration, observer: recorder)
      var listener = Listener(limits: configuration, size: size)
      var heard = 0
      var listening: [String] = []
      func listen() {
        for event in recorder.events.dropFirst(heard) { listener.hear(event) }
        heard = recorder.events.count
        let snapshot = driver.snapshot  // may notice that a time is over
        for event in recorder.events.dropFirst(heard) { listener.hear(event) }
        heard = recorder.events.count
        if snapshot.state == .open { causes.insert("\(snapshot.reasons.cause)".filter { !$0.isNumber }) }
        let now = driver.runtime.now()
        listening = self.check(snapshot.reasons, listener, now: now, openFor: 30_000_000_000)
      }
      for number in 0..<80 where listening.isEmpty {
        if chance.next() % 3 == 0 { driver.time.advance(Int64(chance.next() % 20) * 1_000_000_000) }
        let token = try? driver.admit()
        listen()
        if let token {
          let verdict: Verdict = [.success, .failure, .failure, .ignored][Int(chance.next() % 4)]
          listener.ended(verdict, asProbe: token.serial != 0)
          driver.end(token, verdict)
          listen()
        }
        #expect(listening.isEmpty, "seed \(seed), call \(number)")
      }
      if !listening.isEmpty { return }
    }
    #expect(causes.count >= 4, "\(causes)")
  }

  @Test("R2.9 the explanation of every state, as it is read")
  func sentences() throws {
    let driver = BreakerDriver(
      .init(
        consecutiveFailures: 5, failureRateThreshold: 0.55, slowCallThreshold: .seconds(9),
        slowCallRateThreshold: 0.125,
        openDuration: .seconds(10), permittedProbes: 1, successThreshold: 4, halfOpenFailureRateThreshold: 0.5,
        ramp: .seconds(90)))
    #expect(
      driver.snapshot.explanation
        == "It has never opened. 0 of the 0 calls in the window failed. It opens at 5 failures "
        + "in a row, or when 55 % of at least 20 calls fail, or when 12.5 % of at least 20 calls are slow.")
    for number in 1...5 { try driver.call(.failure, number: number) }
    #expect(
      driver.snapshot.explanation == "Open because 5 failures in a row, the limit is 5. The last failure: "
        + "Boom(number: 5). Probes are admitted in 10.0 s.")
    driver.time.advance(by: .seconds(10))
    try driver.call(.failure, number: 6)
    #expect(
      driver.snapshot.explanation
        == "Half-open because the open time is over. 0 probes succeeded and 1 failed, 4 decide, "
        + "it opens again when 50 % of them fail; 0 of at most 1 are under way.")
    try driver.call(.failure, number: 7)
    #expect(driver.snapshot.explanation.hasPrefix("Open because 2 of 4 probes failed, the limit is 50 %."))
    driver.time.advance(by: .seconds(10))
    try driver.calls([.success, .success, .success])
    driver.time.advance(by: .seconds(45))
    #expect(
      driver.snapshot.explanation.hasPrefix(
        "Recovering because 3 probes succeeded: 55 % of the calls are admitted, all of them in 45.0 s. 0 of the 0"))
    driver.time.advance(by: .seconds(45))
    #expect(driver.snapshot.explanation.hasPrefix("Closed because the recovery is complete."))
    driver.breaker.take(.observing, reason: "trial", actor: "ann", on: driver.runtime)
    #expect(driver.snapshot.explanation == "Observing by ann: trial.")
    let none = BreakerDriver(.init(consecutiveFailures: nil))
    #expect(none.snapshot.explanation.hasSuffix("No rule opens it."))
  }
}
