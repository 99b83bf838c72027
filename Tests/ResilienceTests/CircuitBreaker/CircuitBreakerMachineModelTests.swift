import Testing

@testable import Resilience

/// The machine against the reference, through all sequences of events up to a length.
@Suite struct CircuitBreakerMachineModelTests {
  enum Step: CaseIterable {
    case admit
    case oldestSucceeds, oldestFails, oldestIgnored, newestSucceeds, newestFails
    case wait, waitOpenTime
    case isolate, observe, letGo, reset
  }

  /// The machine with the least around it that it needs: a list for a window.
  struct World {
    var machine: CircuitBreakerMachine
    var reference: ReferenceBreaker
    var outcomes: [Bool] = []
    var now: Int64 = 0
    var underWay: [(token: Token, ticket: ReferenceBreaker.Ticket)] = []

    init(_ rules: ReferenceBreaker.Rules) {
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
      self.machine = CircuitBreakerMachine(settings)
      self.reference = ReferenceBreaker(rules)
    }

    /// False: it does not apply here.
    mutating func apply(_ step: Step) -> Bool {
      let generation = self.machine.generation
      defer { if self.machine.generation != generation, self.machine.state == .closed { self.outcomes = [] } }
      switch step {
      case .admit: return self.admit()
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
      }
      return true
    }

    private mutating func admit() -> Bool {
      let ticket = self.reference.admit(self.now)
      switch self.machine.admit(at: self.now) {
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
        let window = self.outcomes.suffix(self.reference.rules.size)
        let before = self.machine.wouldHaveOpened
        self.machine.judge(
          Tally(total: window.count, failures: window.count { $0 }),
          consecutiveFailures: self.outcomes.reversed().prefix { $0 }.count, at: self.now)
        if self.machine.wouldHaveOpened != before { self.outcomes = [] }
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
    }

    private var probesAgree: Bool {
      switch self.machine.state {
      case .closed: true
      case .open(let until): until == self.reference.openUntil
      case .halfOpen(let probes):
        probes.successes == self.reference.wins && probes.leases.count == self.reference.leases.count
          && probes.leases.count <= self.reference.rules.permitted
      case .ramping: false
      }
    }
  }

  /// Goes through all continuations; returns how many there were.
  private func explore(_ world: World, _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in Step.allCases {
      var next = world
      guard next.apply(step) else { continue }
      count += 1
      guard next.agrees else {
        Issue.record("after \(path + [step]): \(next.machine), the reference: \(next.reference)")
        return count
      }
      count += self.explore(next, path + [step], depth: depth - 1)
    }
    return count
  }

  private func start(_ rules: ReferenceBreaker.Rules, _ steps: [Step]) -> World {
    var world = World(rules)
    for step in steps { _ = world.apply(step) }
    return world
  }

  @Test("R2.1 closed, open and half-open: all sequences of five events agree with the reference, from five beginnings")
  func exhaustive() {
    let rules = ReferenceBreaker.Rules(factor: 2, longest: 30)
    let opened: [Step] = [.admit, .oldestFails, .admit, .oldestFails]
    let beginnings: [[Step]] = [
      [], opened, opened + [.waitOpenTime, .admit], opened + [.waitOpenTime, .admit, .admit],
      opened + [.waitOpenTime, .admit, .oldestFails, .waitOpenTime, .waitOpenTime, .admit],
    ]
    let count = beginnings.reduce(0) { $0 + self.explore(self.start(rules, $1), $1, depth: 5) }
    #expect(count > 100_000)
  }

  @Test("R2.2 rates alone: all sequences of six events agree with the reference")
  func exhaustiveRates() {
    let rules = ReferenceBreaker.Rules(row: nil, rate: 0.5, size: 3, minimum: 2, permitted: 1, threshold: 1)
    #expect(self.explore(World(rules), [], depth: 6) > 20_000)
  }
}
