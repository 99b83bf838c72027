import Testing

@testable import Resilience

/// The machine against the reference, through all sequences of events up to a length.
@Suite struct CircuitBreakerMachineModelTests {
  enum Step: CaseIterable {
    case admit
    case oldestSucceeds, oldestFails, oldestIgnored, newestSucceeds, newestFails
    case wait, waitOpenTime
    case isolate, observe, letGo, reset
    /// A call for which chance has drawn three tenths.
    case admitByChance
    /// Other settings, and back again.
    case replace
    /// Saved, five pass, restored.
    case restart
  }
  static let classic: [Step] = [
    .admit, .oldestSucceeds, .oldestFails, .oldestIgnored, .newestSucceeds, .newestFails, .wait, .waitOpenTime,
    .isolate, .observe, .letGo, .reset,
  ]
  static let recovering: [Step] = [
    .admit, .admitByChance, .oldestSucceeds, .oldestFails, .oldestIgnored, .newestFails, .wait, .replace, .restart,
    .observe, .letGo,
  ]

  /// The machine with the least around it that it needs: a list for a window.
  struct World {
    var machine: CircuitBreakerMachine
    var reference: ReferenceBreaker
    var outcomes: [Bool] = []
    var row = 0
    var now: Int64 = 0
    var underWay: [(token: Token, ticket: ReferenceBreaker.Ticket)] = []
    let rules: [ReferenceBreaker.Rules]

    /// - Parameter rules: Those that it begins with, and those that `replace` changes to.
    init(_ rules: ReferenceBreaker.Rules...) {
      self.rules = rules
      self.machine = CircuitBreakerMachine(Self.settings(rules[0]))
      self.reference = ReferenceBreaker(rules[0])
    }

    static func settings(_ rules: ReferenceBreaker.Rules) -> CircuitBreakerMachine.Settings {
      var settings = CircuitBreakerMachine.Settings()
      settings.consecutiveFailures = rules.row
      settings.failureRateThreshold = rules.rate
      settings.minimumCalls = rules.minimum
      settings.openDuration = rules.open
      settings.openDurationFactor = rules.factor
      settings.maxOpenDuration = rules.longest
      settings.permittedProbes = rules.permitted
      settings.successThreshold = rules.threshold
      settings.probeLease = rules.lease
      settings.halfOpenFailureRate = rules.halfOpenRate
      settings.ramp = rules.ramp
      return settings
    }

    /// False: it does not apply here.
    mutating func apply(_ step: Step) -> Bool {
      let generation = self.machine.generation
      defer { if self.machine.generation != generation, step != .restart { self.forget() } }
      switch step {
      case .admit: return self.admit(draw: 0)
      case .admitByChance: return self.admit(draw: 0.3)
      case .oldestSucceeds: return self.end(0, .success)
      case .oldestFails: return self.end(0, .failure)
      case .oldestIgnored: return self.end(0, .ignored)
      case .newestSucceeds: return self.underWay.count > 1 && self.end(self.underWay.count - 1, .success)
      case .newestFails: return self.underWay.count > 1 && self.end(self.underWay.count - 1, .failure)
      case .wait: self.now += 5
      case .waitOpenTime: self.now += 10
      case .isolate:
        self.machine.take(.isolated, until: self.now + 10)
        self.reference.take("isolated", until: self.now + 10)
      case .observe:
        self.machine.take(.observing, until: .max)
        self.reference.take("observing", until: .max)
      case .letGo:
        self.machine.tick(at: self.now)
        self.machine.letGo()
        self.reference.letGo(self.now)
      case .reset:
        self.machine.reset()
        self.reference.reset()
      case .replace: return self.replace()
      case .restart: self.restart()
      }
      return true
    }

    /// Whoever closes or ramps begins to count anew.
    private mutating func forget() {
      switch self.machine.state {
      case .open, .halfOpen: break
      case .closed, .ramping: (self.outcomes, self.row) = ([], 0)
      }
    }

    private mutating func replace() -> Bool {
      guard let other = self.rules.last else { return false }
      let next = self.machine.settings == Self.settings(other) ? self.rules[0] : other
      self.machine.replace(Self.settings(next), at: self.now)
      self.reference.replace(next, self.now)
      return true
    }

    private mutating func restart() {
      self.machine.tick(at: self.now)
      let saved = self.reference.save(self.now)
      let machine = self.machine
      self.now += 5
      var override: CircuitBreakerMachine.Override?
      if let old = machine.override, old.expires > self.now { override = old }
      var left: Int64?
      switch machine.state {
      case .closed: break
      case .open(let until): left = max(0, until - self.now)
      case .halfOpen, .ramping: left = 0
      }
      self.machine.restore(
        openUntil: left.map { self.now + $0 }, openings: machine.openings, wouldHaveOpened: machine.wouldHaveOpened,
        override: override, reason: "")
      self.reference.restore(saved, elapsed: 5, self.now)
      (self.outcomes, self.row) = (self.reference.outcomes, self.reference.row)
    }

    private mutating func admit(draw: Double) -> Bool {
      let ticket = self.reference.admit(self.now, draw: draw)
      switch self.machine.admit(at: self.now, draw: UInt64(draw * 0x1p53) << 11) {
      case .refused: return ticket == nil || self.differs("refused")
      case .admitted(let token):
        guard let ticket else { return self.differs("admitted") }
        self.underWay.append((token, ticket))
        return true
      }
    }

    private mutating func end(_ index: Int, _ verdict: Verdict) -> Bool {
      guard index < self.underWay.count else { return false }
      let (token, ticket) = self.underWay.remove(at: index)
      self.reference.end(ticket, verdict, self.now)
      if token.serial != 0 {
        self.machine.probeEnded(token, verdict, at: self.now)
      } else if token.state == self.machine.word, verdict != .ignored, self.machine.phase != .disabled {
        self.outcomes.append(verdict == .failure)
        self.row = verdict == .failure ? self.row + 1 : 0
        let window = self.outcomes.suffix(self.reference.rules.size)
        let before = self.machine.wouldHaveOpened
        self.machine.judge(
          Tally(total: window.count, failures: window.count { $0 }),
          consecutiveFailures: self.row, at: self.now)
        if self.machine.wouldHaveOpened != before { (self.outcomes, self.row) = ([], 0) }
      }
      return true
    }

    private func differs(_ what: String) -> Bool {
      Issue.record("the machine has \(what) a call, the reference has not; \(self.reference)")
      return true
    }

    var agrees: Bool {
      self.reference.phase == "\(self.machine.phase)" && self.reference.epoch == Int(self.machine.generation)
        && self.reference.wouldHaveOpened == self.machine.wouldHaveOpened && self.probesAgree
        && self.reference.openings == self.machine.openings
    }

    private var probesAgree: Bool {
      switch self.machine.state {
      case .closed: true
      case .open(let until): until == self.reference.openUntil
      case .halfOpen(let probes):
        probes.successes == self.reference.wins && probes.failures == self.reference.losses
          && probes.leases.count == self.reference.leases.count
          && probes.leases.count <= max(self.reference.rules.permitted, probes.inherited)
      case .ramping(let ramp):
        ramp.since == self.reference.rampStart && ramp.until == self.reference.rampEnd
          && abs(ramp.share(at: self.now) - min(1, self.reference.share(self.now))) < 1e-12
      }
    }
  }

  /// Goes through all continuations; returns how many there were.
  private func explore(_ world: World, _ steps: [Step], _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in steps {
      var next = world
      guard next.apply(step) else { continue }
      count += 1
      next.machine.checkInvariants()
      guard next.agrees else {
        Issue.record("after \(path + [step]): \(next.machine), the reference: \(next.reference)")
        return count
      }
      count += self.explore(next, steps, path + [step], depth: depth - 1)
    }
    return count
  }

  private func start(_ world: World, _ steps: [Step]) -> World {
    var world = world
    for step in steps { _ = world.apply(step) }
    return world
  }

  private static let opened: [Step] = [.admit, .oldestFails, .admit, .oldestFails]

  @Test("R2.1 closed, open and half-open: all sequences of five events agree with the reference, from five beginnings")
  func exhaustive() {
    let rules = ReferenceBreaker.Rules(factor: 2, longest: 30)
    let opened = Self.opened
    let beginnings: [[Step]] = [
      [], opened, opened + [.waitOpenTime, .admit], opened + [.waitOpenTime, .admit, .admit],
      opened + [.waitOpenTime, .admit, .oldestFails, .waitOpenTime, .waitOpenTime, .admit],
    ]
    let count = beginnings.reduce(0) { $0 + self.explore(self.start(World(rules), $1), Self.classic, $1, depth: 5) }
    #expect(count > 100_000)
  }

  @Test("R2.2 rates alone: all sequences of six events agree with the reference")
  func exhaustiveRates() {
    let rules = ReferenceBreaker.Rules(row: nil, rate: 0.5, size: 3, minimum: 2, permitted: 1, threshold: 1)
    #expect(self.explore(World(rules), Self.classic, [], depth: 6) > 20_000)
  }

  @Test(
    "R2.3 half-open by a rate: all sequences of five events, replaced settings and restarts among them, agree",
    arguments: [0.34, 0.5, 0.67, 1])
  func exhaustiveHalfOpenRates(rate: Double) {
    let rules = ReferenceBreaker.Rules(factor: 2, longest: 30, permitted: 3, threshold: 3, halfOpenRate: rate)
    let other = ReferenceBreaker.Rules(row: 1, permitted: 1, threshold: 2, halfOpenRate: rate == 0.5 ? nil : 0.5)
    let half = Self.opened + [.waitOpenTime, .admit, .admit, .admit]
    let beginnings = [half, half + [.oldestFails, .admit], half + [.oldestSucceeds, .oldestSucceeds, .admit]]
    let count = beginnings.reduce(0) {
      $0 + self.explore(self.start(World(rules, other), $1), Self.recovering, $1, depth: 5)
    }
    #expect(count > 20_000)
  }

  @Test("R2.3 ramped recovery: all sequences of five events, from three beginnings, agree with the reference")
  func exhaustiveRamps() {
    let rules = ReferenceBreaker.Rules(factor: 2, longest: 30, permitted: 2, threshold: 1, ramp: 20)
    let other = ReferenceBreaker.Rules(row: 1, rate: nil, threshold: 2, ramp: nil)
    let ramping = Self.opened + [.waitOpenTime, .admit, .oldestSucceeds]
    let beginnings = [
      ramping, ramping + [.wait, .wait, .admit], ramping + [.wait, .wait, .wait, .admit, .oldestFails],
    ]
    let count = beginnings.reduce(0) {
      $0 + self.explore(self.start(World(rules, other), $1), Self.recovering, $1, depth: 5)
    }
    #expect(count > 50_000)
  }

  @Test("R2.2 a count window longer than there may be still comes to know its rate")
  func longestWindow() {
    let settings = CircuitBreakerMachine.Settings(.init(window: .count(5_000_000), minimumCalls: 2_000_000))
    #expect(settings.minimumCalls == 1_000_000)
  }
}
