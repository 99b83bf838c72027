import ResilienceSimulation
import Testing

@testable import Resilience

/// The whole breaker (machine, window, word) against the reference, through long random histories.
@Suite struct CircuitBreakerModelTests {
  private struct World {
    let time = ManualTime()
    let breaker: CircuitBreaker
    var reference: ReferenceBreaker
    var underWay: [(permit: Token, ticket: ReferenceBreaker.Ticket)] = []
    var context: Context

    init(_ rules: ReferenceBreaker.Rules) {
      self.reference = ReferenceBreaker(rules)
      self.breaker = CircuitBreaker("model", Self.configuration(rules))
      self.context = Context(self.time.runtime)
    }

    static func configuration(_ rules: ReferenceBreaker.Rules) -> CircuitBreaker.Configuration {
      .init(
        consecutiveFailures: rules.row, failureRateThreshold: rules.rate, window: .count(rules.size),
        minimumCalls: rules.minimum, openDuration: .nanoseconds(rules.open), openDurationFactor: rules.factor,
        maxOpenDuration: .nanoseconds(rules.longest), permittedProbes: rules.permitted,
        successThreshold: rules.threshold, maxHalfOpenDuration: .nanoseconds(rules.lease),
        halfOpenFailureRateThreshold: rules.halfOpenRate, ramp: rules.ramp.map { .nanoseconds($0) })
    }

    mutating func admit() -> Bool {
      let draws = self.time.draws
      var context = self.context
      let token = self.breaker.tryAdmit(&context) ?? (try? self.breaker.admit(in: context))
      // What the breaker has drawn, if it has, is what the reference goes by.
      let draw = self.time.draws > draws ? Double(self.time.lastDraw >> 11) * 0x1p-53 : 0
      let ticket = self.reference.admit(self.time.now(), draw: draw)
      guard let token, let ticket else { return token == nil && ticket == nil }
      self.underWay.append((token, ticket))
      return true
    }

    mutating func replace(_ rules: ReferenceBreaker.Rules) {
      self.breaker.replace(Self.configuration(rules), on: self.time.runtime)
      self.reference.tick(self.time.now())
      self.reference.replace(rules, self.time.now())
    }

    /// Saved, time passes, restored.
    mutating func restart(_ elapsed: Int64) {
      let saved = self.breaker.savedState(on: self.time.runtime)
      let expected = self.reference.save(self.time.now())
      self.time.advance(elapsed)
      self.breaker.restore(saved, elapsed: .nanoseconds(elapsed), on: self.time.runtime)
      self.reference.restore(expected, elapsed: elapsed, self.time.now())
    }

    mutating func end(_ index: Int, _ verdict: Verdict) {
      let (token, ticket) = self.underWay.remove(at: index)
      self.breaker.release(token, verdict, verdict == .failure ? Boom() : nil, in: self.context)
      self.reference.end(ticket, verdict, self.time.now())
    }

    mutating func operate(_ number: UInt64) {
      let runtime = self.time.runtime
      switch number % 5 {
      case 0, 1, 2:
        let state = CircuitBreaker.OperatorState.allCases[Int(number % 5)]
        self.breaker.take(state, reason: "test", actor: "me", for: .nanoseconds(12), on: runtime)
        self.reference.take(state.rawValue, until: self.time.now() + 12)
      case 3:
        self.breaker.letGo(reason: "test", actor: "me", on: runtime)
        self.reference.letGo(self.time.now())
      default:
        self.breaker.reset(on: runtime)
        self.reference.reset()
      }
    }

    mutating func differences() -> [String] {
      let snapshot = self.breaker.snapshot(on: self.time.runtime)
      self.reference.tick(self.time.now())
      var differences: [String] = []
      func compare<T: Equatable>(_ name: String, _ real: T, _ expected: T) {
        if real != expected { differences.append("\(name) is \(real), expected \(expected)") }
      }
      compare("state", snapshot.state.rawValue, self.reference.phase == "ramping" ? "halfOpen" : self.reference.phase)
      compare("generation", Int(snapshot.generation), self.reference.epoch)
      compare("trips", snapshot.trips, self.reference.trips)
      compare("wouldHaveOpened", snapshot.wouldHaveOpened, self.reference.wouldHaveOpened)
      compare("consecutiveFailures", snapshot.consecutiveFailures, self.reference.row)
      let window = self.reference.window
      compare("tally", snapshot.tally, Tally(total: window.count, failures: window.count { $0 }))
      compare("probes under way", snapshot.probes?.underWay ?? 0, self.reference.leases.count)
      compare("probes failed", snapshot.reasons.probes?.failed ?? 0, self.reference.losses)
      compare("probes succeeded", snapshot.probes?.succeeded ?? 0, self.reference.wins)
      return differences
    }
  }

  private func rules(_ chance: inout SeededGenerator) -> ReferenceBreaker.Rules {
    ReferenceBreaker.Rules(
      row: Bool.random(using: &chance) ? Int.random(in: 1...4, using: &chance) : nil,
      rate: Bool.random(using: &chance) ? [0.25, 0.5, 0.75, 1][Int(chance.next() % 4)] : nil,
      size: 70, minimum: Int.random(in: 1...8, using: &chance), open: Int64.random(in: 1...20, using: &chance),
      factor: [1, 1.5, 3][Int(chance.next() % 3)], longest: 100, permitted: Int.random(in: 1...3, using: &chance),
      threshold: Int.random(in: 1...4, using: &chance), lease: Int64.random(in: 1...30, using: &chance),
      halfOpenRate: Bool.random(using: &chance) ? [0.2, 0.5, 0.75, 1][Int(chance.next() % 4)] : nil,
      ramp: Bool.random(using: &chance) ? Int64.random(in: 1...40, using: &chance) : nil)
  }

  @Test("R2.1 R2.2 R2.3 a thousand random histories of 200 events agree with the reference in everything that shows")
  func random() {
    var trips = 0
    for seed in UInt64(0)..<1_000 {
      var chance = SeededGenerator(seed: seed)
      var rules = self.rules(&chance)
      if seed % 3 == 0 { rules.size = max(rules.minimum, 9) }
      var world = World(rules)
      for number in 0..<200 {
        let draw = chance.next() % 100
        switch draw {
        case 0..<35:
          let isSame = world.admit()
          #expect(isSame, "seed \(seed), event \(number): admission differs")
        case 35..<75 where !world.underWay.isEmpty:
          let verdict: Verdict = draw % 8 == 0 ? .ignored : draw % 2 == 0 ? .success : .failure
          world.end(Int(chance.next() % UInt64(world.underWay.count)), verdict)
        case 75..<96: world.time.advance(Int64(chance.next() % 8))
        case 96: world.restart(Int64(chance.next() % 12))
        case 97:
          var other = self.rules(&chance)
          if chance.next() % 2 == 0 { other.size = world.reference.rules.size }
          world.replace(other)
        case 98...: world.operate(chance.next())
        default: break
        }
        let differences = world.differences()
        #expect(differences.isEmpty, "seed \(seed), event \(number)")
        if !differences.isEmpty { return }
      }
      trips += world.reference.trips
    }
    #expect(trips > 500)
  }
}
