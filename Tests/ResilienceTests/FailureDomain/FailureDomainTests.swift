import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct FailureDomainTests {
  @Test("R6.6 other rules judge at once what is known; a rule's isolation keeps its end, a person's stays")
  func replaced() throws {
    let time = ManualTime()
    let domain = FailureDomain("eu", members: ["a", "b", "c"], .init(failingMembers: 3))
    domain.report("a", isFailing: true, on: time.runtime)
    domain.report("b", isFailing: true, on: time.runtime)
    func isolation() -> Isolation? { domain.snapshot(on: time.runtime).isolation }
    #expect(isolation() == nil)
    domain.replace(.init(failingMembers: 2, isolationDuration: .seconds(10)), on: time.runtime)
    #expect(isolation()?.isByRule == true && domain.configuration.failingMembers == 2)
    let end = isolation()?.expires
    domain.replace(.init(failingShare: 0.5, isolationDuration: .seconds(99)), on: time.runtime)
    #expect(isolation()?.expires == end && end == time.runtime.now() + 10_000_000_000)
    domain.replace(.init(failingMembers: 3), on: time.runtime)
    #expect(isolation() == nil)
    domain.isolate(reason: "drill", actor: "ada", on: time.runtime)
    domain.replace(.init(), on: time.runtime)
    #expect(isolation()?.actor == "ada")
    #expect(throws: InvalidConfiguration.self) { try domain.replace(validating: .init(failingMembers: 0)) }
    #expect(domain.configuration == .init())
    try domain.replace(validating: .init(failingMembers: 1), on: time.runtime)
    #expect(domain.configuration.failingMembers == 1)
  }

  @Test("R6.6 an operator isolates a domain: its members refuse in its name, others go on, and it runs out by itself")
  func byHand() throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let domain = FailureDomain("eu-west", members: ["orders", "search"], observer: recorder)
    let gates = [domain.gate(for: "orders"), domain.gate(for: "search")]
    let other = FailureDomain("us-east", members: ["mail"]).gate(for: "mail")
    var context = Context(time.runtime)
    #expect(gates.allSatisfy { $0.tryAdmit(&context) != nil })
    domain.isolate(reason: "drill", actor: "ada", for: .seconds(30), on: time.runtime)
    for gate in gates {
      #expect(gate.tryAdmit(&context) == nil)
      let rejection = #expect(throws: Rejection.self) { _ = try gate.admit(in: context) }
      #expect(rejection?.reason == .isolated && rejection?.policy == .failureDomain && rejection?.name == "eu-west")
      #expect(rejection?.retryAfter == .seconds(30) && rejection?.state == "isolated")
      #expect(rejection?.description.contains("failureDomain 'eu-west' refused the call: it is isolated") == true)
    }
    #expect(other.tryAdmit(&context) != nil)
    time.advance(by: .seconds(30))
    #expect(try gates[0].admit(in: context) != nil && gates[1].tryAdmit(&context) != nil)
    domain.isolate(reason: "again", actor: "ada", on: time.runtime)
    #expect(domain.snapshot(on: time.runtime).isolation?.reason == "again")
    domain.lift(reason: "over", actor: "bob", on: time.runtime)
    domain.lift(reason: "over", actor: "bob", on: time.runtime)
    #expect(gates[0].tryAdmit(&context) != nil)
    #expect(
      recorder.lines.filter { !$0.contains("rejected") } == [
        "failureDomain eu-west: isolated by ada: drill",
        "failureDomain eu-west: isolated → admitting (its time is over)",
        "failureDomain eu-west: isolated by ada: again", "failureDomain eu-west: free by bob: over",
      ])
  }

  @Test("R6.6 a rule isolates a domain when its members' breakers open, for a time, and then they decide anew")
  func byRule() async throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let domain = FailureDomain(
      "eu", members: ["a", "b", "c"], .init(failingMembers: 2, isolationDuration: .seconds(10)), observer: recorder,
      runtime: time.runtime)
    let breakers = ["a", "b", "c"].map {
      CircuitBreaker(
        $0, .init(consecutiveFailures: 1, openDuration: .seconds(5), successThreshold: 1), observer: domain)
    }
    let context = Context(time.runtime)
    func call(_ number: Int, fails: Bool) async -> Rejection? {
      do {
        try await domain.gate(for: breakers[number].name).execute(in: context) { context in
          try await breakers[number].execute(in: context) { _ in if fails { throw Boom() } }
        }
      } catch { return error as? Rejection }
      return nil
    }
    #expect(await call(0, fails: true) == nil && domain.snapshot(on: time.runtime).failing == ["a"])
    #expect(await call(2, fails: false) == nil)
    #expect(await call(1, fails: true) == nil)
    #expect(await call(2, fails: false)?.policy == .failureDomain)
    #expect(domain.snapshot(on: time.runtime).isolation?.reason == "2 of 3 members fail: a, b")
    time.advance(by: .seconds(10))
    #expect(await call(2, fails: false) == nil && domain.snapshot(on: time.runtime).failing == [])
    #expect(await call(0, fails: true) == nil)  // a probe, that fails
    #expect(await call(1, fails: false) == nil)  // a probe, that succeeds
    #expect(domain.snapshot(on: time.runtime).failing == ["a"] && breakers[1].state(on: time.runtime) == .closed)
    #expect(recorder.lines.contains("failureDomain eu: admitting → isolated (2 of 3 members fail: a, b)"))
    #expect(recorder.lines.contains { $0.hasPrefix("circuitBreaker a: closed → open") })  // what it hears it passes on
  }

  @Test("R6.6 domains are found by name; a dependency has the gates of all of its domains; breakers tell them all")
  func registry() throws {
    let time = ManualTime()
    let region = FailureDomain("region", members: ["a", "b"], .init(failingShare: 0.5), runtime: time.runtime)
    let supplier = FailureDomain("supplier", members: ["a"], .init(failingMembers: 1), runtime: time.runtime)
    let domains = try FailureDomains([region, supplier])
    #expect(domains.domain(named: "region") === region && domains.domain(named: "x") == nil && domains.all.count == 2)
    #expect(domains.gates(for: "a").map(\.domain.name) == ["region", "supplier"] && domains.gates(for: "b").count == 1)
    let recorder = EventRecorder()
    let event = Event(
      .transitioned(from: "closed", to: "open", reason: "x"), policy: .circuitBreaker, name: "a", at: time.now())
    domains.observer(and: recorder).observe(event)
    #expect(domains.all.allSatisfy { $0.snapshot(on: time.runtime).isolation?.isByRule == true })
    #expect(recorder.lines.count == 1)
    #expect(throws: InvalidConfiguration.self) { _ = try FailureDomains([region, region]) }
  }

  enum Step: CaseIterable { case fails, other, stranger, recovers, isolate, isolateShortly, lift, time }

  /// The machine beside the rules in plain words: two of three members, 10 long.
  struct World {
    var machine = FailureDomainMachine(
      ["a", "b", "c"], .init(failingMembers: 2, isolationDuration: .nanoseconds(10)))
    var failing: Set<String> = []
    var actor: String?
    var until: Int64?
    var now: Int64 = 100

    mutating func apply(_ step: Step) -> Bool {
      if step == .time { self.now += 6 }
      if let until, until <= self.now { (self.actor, self.until, self.failing) = (nil, nil, []) }
      switch step {
      case .fails: self.report("a", true)
      case .other: self.report("b", true)
      case .stranger: _ = self.machine.report("x", isFailing: true, at: self.now)
      case .recovers: self.report("a", false)
      case .isolate: self.isolate(nil)
      case .isolateShortly: self.isolate(self.now + 4)
      case .lift:
        let was = self.machine.lift(at: self.now).wasIsolated
        guard was == (self.actor != nil) else { return false }
        if was { (self.actor, self.until, self.failing) = (nil, nil, []) }
      case .time: _ = self.machine.tick(at: self.now)
      }
      return self.machine.failing == self.failing && self.machine.isolation?.actor == self.actor
        && self.machine.isolation?.expires == self.until
    }

    private mutating func report(_ member: String, _ isFailing: Bool) {
      _ = self.machine.report(member, isFailing: isFailing, at: self.now)
      if isFailing { self.failing.insert(member) } else { self.failing.remove(member) }
      let isBad = self.failing.count >= 2
      if self.actor == nil, isBad { (self.actor, self.until) = ("rule", self.now + 10) }
      if self.actor == "rule", !isBad { (self.actor, self.until) = (nil, nil) }
    }

    private mutating func isolate(_ until: Int64?) {
      _ = self.machine.isolate(
        Isolation(reason: "r", actor: "ada", since: self.now, expires: until), at: self.now)
      (self.actor, self.until) = ("ada", until)
    }
  }

  private func explore(_ world: World, _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in Step.allCases {
      var next = world
      count += 1
      guard next.apply(step) else {
        Issue.record("after \(path + [step])")
        return count
      }
      count += self.explore(next, path + [step], depth: depth - 1)
    }
    return count
  }

  @Test("R6.6 the machine agrees with the rules in plain words in all sequences of five events")
  func exhaustive() { #expect(self.explore(World(), [], depth: 5) == 37_448) }

  @Test("validation lists every setting that makes no sense")
  func validation() {
    let bad = FailureDomain.Configuration(failingMembers: 0, failingShare: 2, isolationDuration: .zero)
    let error = #expect(throws: InvalidConfiguration.self) {
      _ = try FailureDomain("bad", members: [], validating: bad)
    }
    #expect(error?.problems.map(\.setting) == ["failingMembers", "failingShare", "isolationDuration"])
  }

  @Test("R6.6 a share of 0.07 of a hundred members is seven, not eight")
  func exactShare() {
    let time = ManualTime()
    let names = (0..<100).map { "m\($0)" }
    let domain = FailureDomain("eu", members: names, .init(failingShare: 0.07))
    for name in names[..<7] {
      #expect(domain.snapshot(on: time.runtime).isolation == nil)
      domain.report(name, isFailing: true, on: time.runtime)
    }
    #expect(domain.snapshot(on: time.runtime).isolation?.isByRule == true)
  }

  @Test("R6.6 asking for a member's gates lifts no isolation, whatever the machine's own clock says")
  func gatesAskNoClock() throws {
    let time = ManualTime()
    let domain = FailureDomain("eu", members: ["a", "b", "a"], runtime: time.runtime)
    domain.isolate(reason: "drill", actor: "ada", for: .nanoseconds(30), on: time.runtime)
    let domains = try FailureDomains([domain])
    #expect(domain.members == ["a", "b"] && domains.gates(for: "a").count == 1 && domains.gates(for: "c").isEmpty)
    #expect(domain.snapshot(on: time.runtime).isolation?.actor == "ada")
  }
}
