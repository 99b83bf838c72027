import ResilienceSimulation
import Testing

@testable import Resilience

/// The machine against two lists, over all short sequences and long random ones.
@Suite struct BulkheadMachineModelTests {
  enum Step: CaseIterable { case first, second, nobody, urgent, oldestEnds, newestEnds, oldestGivesUp, time }

  struct World {
    var machine: BulkheadMachine
    var reference: ReferenceBulkhead
    var now: Int64 = 1_000
    var ticket: UInt64 = 0
    /// Everybody who has not come back, in the order of their entering.
    var out: [UInt64] = []

    init(_ configuration: Bulkhead.Configuration, _ rules: ReferenceBulkhead.Rules) {
      self.machine = BulkheadMachine(BulkheadMachine.Settings(configuration))
      self.reference = ReferenceBulkhead(rules: rules)
    }

    var inside: Int { self.reference.inside.count }

    mutating func apply(_ step: Step) -> String? {
      let problem =
        switch step {
        case .first: self.arrive("a", 0)
        case .second: self.arrive("b", 0)
        case .nobody: self.arrive(nil, 0)
        case .urgent: self.arrive("a", 5)
        case .oldestEnds: self.end(self.out.first)
        case .newestEnds: self.end(self.out.last)
        case .oldestGivesUp: self.giveUp()
        case .time: self.pass()
        }
      return problem ?? self.settle()
    }

    private mutating func arrive(_ tier: String?, _ priority: Int) -> String? {
      self.ticket += 1
      let index = self.machine.settings.index(of: tier)
      let may = self.machine.mayEnter(index, inside: self.inside)
      let hasRoom = self.machine.hasRoom(index, priority: priority)
      let expected = self.reference.arrive(.init(ticket: self.ticket, tier: index, priority: priority), self.now)
      guard may == (expected == "in") else { return "entering: expected \(expected)" }
      if may {
        self.machine.lend(self.ticket, tier: index, at: self.now)
        self.out.append(self.ticket)
        return nil
      }
      guard hasRoom == (expected != "full") else { return "room: expected \(expected)" }
      let found =
        switch self.machine.wait(self.ticket, tier: index, priority: priority) {
        case .queued: "waits"
        case .instead(let victim): "waits instead of \(victim)"
        case .full: "full"
        }
      return found == expected ? nil : "waiting: \(found), expected \(expected)"
    }

    private mutating func end(_ ticket: UInt64?) -> String? {
      guard let ticket else { return nil }
      self.out.removeAll { $0 == ticket }
      let (found, expected) = ("\(self.machine.giveBack(ticket))", self.reference.leave(ticket))
      return found == expected ? nil : "the return was \(found), expected \(expected)"
    }

    private mutating func giveUp() -> String? {
      guard let oldest = self.reference.queue.min(by: { $0.ticket < $1.ticket }) else { return nil }
      self.reference.queue.removeAll { $0.ticket == oldest.ticket }
      self.machine.leave(oldest.ticket)
      return nil
    }

    private mutating func pass() -> String? {
      self.now += 6
      let (found, expected) = (self.machine.leaks(at: self.now), self.reference.leaks(self.now))
      return found == expected ? nil : "leaks \(found), expected \(expected)"
    }

    private mutating func settle() -> String? {
      let expected = self.reference.settle(self.now)
      var found: [UInt64] = []
      var inside = self.inside - expected.count
      while let (ticket, tier) = self.machine.next(inside: inside) {
        self.machine.lend(ticket, tier: tier, at: self.now)
        found.append(ticket)
        inside += 1
      }
      self.out += found
      guard found == expected else { return "granted \(found), expected \(expected)" }
      self.machine.checkInvariants(inside: inside)
      let running = self.machine.running.indices.map { self.reference.running($0) }
      guard self.machine.running == running, inside <= self.machine.settings.limit else { return "wrong counts" }
      let isOwn = self.machine.reclaimed == Set(self.reference.written)
      return isOwn && self.machine.waiting == self.reference.queue.count ? nil : "wrong lists"
    }
  }

  /// The settings, and what they mean written down by hand.
  static let worlds: [(Bulkhead.Configuration, ReferenceBulkhead.Rules)] = {
    func tiers(_ strict: Bool) -> [Bulkhead.Tier] {
      [.init("a", share: 0.5, priority: 1, lends: !strict), .init("b", share: 0.25)]
    }
    return [
      (.init(maxConcurrent: 2, maxQueue: 2, maxHold: .nanoseconds(10)), .init(hold: 10)),
      (.init(maxConcurrent: 2, maxQueue: 3, order: .lifo), .init(order: "lifo", maxQueue: [3])),
      (
        .init(maxConcurrent: 1, maxQueue: 2, order: .priority, maxHold: .nanoseconds(10), reclaimsLeaks: true),
        .init(limit: 1, order: "priority", hold: 10, reclaims: true)
      ),
      (
        .init(maxConcurrent: 4, maxQueue: 4, tiers: tiers(false)),
        .init(limit: 4, guaranteed: [2, 1, 0], maxQueue: [2, 1, 1], rank: [1, 0, 0], lends: [true, true, true])
      ),
      (
        .init(
          maxConcurrent: 4, maxQueue: 8, order: .priority, tiers: tiers(true), maxHold: .nanoseconds(10),
          reclaimsLeaks: true),
        .init(
          limit: 4, order: "priority", guaranteed: [2, 1, 0], maxQueue: [4, 2, 2], rank: [1, 0, 0],
          lends: [false, true, true], hold: 10, reclaims: true)
      ),
    ]
  }()

  private func explore(_ world: World, _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in Step.allCases {
      var next = world
      count += 1
      if let problem = next.apply(step) {
        Issue.record("after \(path + [step]): \(problem)")
        return count
      }
      count += self.explore(next, path + [step], depth: depth - 1)
    }
    return count
  }

  @Test("R6.1, R6.3 order, tiers and leaks agree with two lists, in all sequences of five events", arguments: 0..<5)
  func exhaustive(number: Int) {
    let (configuration, rules) = Self.worlds[number]
    #expect(self.explore(World(configuration, rules), [], depth: 5) == 37_448)
  }

  @Test("R6.1, R6.3 and in long random ones", arguments: UInt64(0)..<60)
  func random(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let (configuration, rules) = Self.worlds[Int(seed % 5)]
    var world = World(configuration, rules)
    for number in 0..<500 {
      let step = Step.allCases[Int(chance.next() % UInt64(Step.allCases.count))]
      if let problem = world.apply(step) {
        Issue.record("event \(number), \(step): \(problem)")
        return
      }
    }
    #expect(world.ticket > 100)
  }
}
