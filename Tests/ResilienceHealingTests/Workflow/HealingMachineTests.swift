import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceHealing

@Suite("Which workflows run, and how much they may do")
struct HealingMachineTests {
  private static let second: Int64 = 1_000_000_000

  private static func machine(
    _ trigger: HealingTrigger, _ policy: HealingPolicy = HealingPolicy(), common: Int = 100
  ) -> HealingMachine {
    let budget = HealingBudget(actions: common, per: .seconds(3_600))
    var machine = HealingMachine(budget: budget)
    machine.replace([("w", trigger, policy)], budget: budget)
    return machine
  }

  @Test(
    "R10.4 no window of the budget's length ever holds more actions than it says: 500 seeds against a plain recount")
  func budget() {
    for seed in UInt64(1)...500 {
      var generator = SeededGenerator(seed: seed)
      let own = HealingBudget(
        actions: Int.random(in: 1...5, using: &generator), per: .seconds(Int.random(in: 1...100, using: &generator)))
      let common = HealingBudget(
        actions: Int.random(in: 1...8, using: &generator), per: .seconds(Int.random(in: 1...100, using: &generator)))
      var policy = HealingPolicy()
      policy.budget = own
      var machine = HealingMachine(budget: common)
      machine.replace([("a", .operatorOnly, policy), ("b", .operatorOnly, policy)], budget: common)
      var spent: [(name: String, at: Int64)] = []
      var now: Int64 = 0
      func count(_ budget: HealingBudget, _ names: [String]) -> Int {
        spent.count { names.contains($0.name) && now - $0.at < budget.per.nanoseconds }
      }
      for _ in 0..<200 {
        now += Int64.random(in: 0...(20 * Self.second), using: &generator)
        let name = Bool.random(using: &generator) ? "a" : "b"
        let isAllowed = count(own, [name]) < own.actions && count(common, ["a", "b"]) < common.actions
        let refusal = machine.admit(actionOf: name, at: now)
        #expect((refusal == nil) == isAllowed, "seed \(seed)")
        if refusal == nil { spent.append((name, now)) }
      }
    }
  }

  @Test("R10.2 an unhealthy state starts a workflow after its length and its number of reports, not before")
  func health() {
    var machine = Self.machine(
      .health(subject: "db", alsoDegraded: false, for: .seconds(30), observations: 2))
    machine.hear(.health(subject: "db", state: .unhealthy), at: 0)
    #expect(machine.due(at: 60 * Self.second).isEmpty, "told once only")
    machine.hear(.health(subject: "db", state: .healthy), at: 61 * Self.second)
    machine.hear(.health(subject: "db", state: .unhealthy), at: 70 * Self.second)
    machine.hear(.health(subject: "other", state: .unhealthy), at: 71 * Self.second)
    machine.hear(.health(subject: "db", state: .unhealthy), at: 75 * Self.second)
    #expect(machine.nextDue == 100 * Self.second)
    #expect(machine.due(at: 100 * Self.second - 1).isEmpty)
    #expect(machine.due(at: 100 * Self.second) == [.init(workflow: "w", detectedAt: 70 * Self.second)])
    #expect(machine.due(at: 101 * Self.second).isEmpty, "it runs")
  }

  @Test("R10.4 after a run the trigger is not heard for the cool-down, which doubles while runs do not heal")
  func cooldown() {
    var policy = HealingPolicy()
    policy.cooldown = .seconds(10)
    var machine = Self.machine(.breakerOpen(name: "b", for: .zero), policy)
    machine.hear(.breaker(name: "b", state: "open"), at: 0)
    var now: Int64 = 0
    for wait in [10, 20, 40, 80, 160, 320, 320] as [Int64] {
      #expect(machine.due(at: now).count == 1)
      machine.ended("w", .failed, at: now)
      #expect(machine.due(at: now + wait * Self.second - 1).isEmpty, "\(wait)")
      now += wait * Self.second
    }
    #expect(machine.due(at: now).count == 1)
    machine.ended("w", .healed, at: now)
    #expect(machine.due(at: now + 10 * Self.second).count == 1, "after success the shortest again")
  }

  @Test("R10.2 an error pattern counts matching failures in its window only, and begins anew with each run")
  func errors() {
    let pattern = ErrorPattern(dependency: "api", code: nil, category: .timeout, count: 3, within: .seconds(10))
    var machine = Self.machine(.errors(pattern))
    func fail(_ category: HealingSignal, _ at: Int64) { machine.hear(category, at: at * Self.second) }
    fail(.failure(dependency: "api", code: "RES_006", category: .timeout), 0)
    fail(.failure(dependency: "api", code: "RES_004", category: .server), 1)
    fail(.failure(dependency: "other", code: "RES_006", category: .timeout), 2)
    fail(.failure(dependency: "api", code: "RES_006", category: .timeout), 5)
    fail(.failure(dependency: "api", code: "RES_006", category: .timeout), 11)
    #expect(machine.due(at: 11 * Self.second).isEmpty, "three, but over more than ten seconds")
    fail(.failure(dependency: "api", code: "RES_006", category: .timeout), 12)
    #expect(machine.due(at: 12 * Self.second) == [.init(workflow: "w", detectedAt: 5 * Self.second)])
    machine.ended("w", .healed, at: 13 * Self.second)
    #expect(machine.due(at: 10_000 * Self.second).isEmpty, "the failures were answered")
  }

  @Test(
    "R10.4 stopped, switched off or without automation nothing starts; an operator may where only automation is off")
  func switches() {
    var machine = Self.machine(.breakerOpen(name: "b", for: .zero))
    machine.hear(.breaker(name: "b", state: "open"), at: 0)
    machine.isStopped = true
    #expect(machine.due(at: 1).isEmpty && machine.nextDue == nil && machine.request("w") == .stopped)
    #expect(machine.admit(actionOf: "w", at: 1) == .stopped)
    machine.isStopped = false
    machine.isEnabled = false
    #expect(machine.due(at: 1).isEmpty && machine.request("w") == .disabled)
    machine.isEnabled = true
    machine.isAutomatic = false
    #expect(machine.due(at: 1).isEmpty && machine.request("x") == .unknown)
    #expect(machine.request("w") == nil && machine.request("w") == .running)
  }

  @Test("R10.1 new settings keep what is known: budgets, cool-downs, runs under way, also of workflows that are gone")
  func replaced() {
    var policy = HealingPolicy()
    policy.budget = HealingBudget(actions: 2, per: .seconds(100))
    var machine = Self.machine(.breakerOpen(name: "b", for: .zero), policy)
    machine.hear(.breaker(name: "b", state: "open"), at: 0)
    #expect(machine.due(at: 0).count == 1 && machine.admit(actionOf: "w", at: 0) == nil)
    let common = HealingBudget(actions: 100, per: .seconds(3_600))
    machine.replace([("w", .breakerOpen(name: "b", for: .zero), policy), ("v", .operatorOnly, policy)], budget: common)
    #expect(machine.request("w") == .running && machine.budgetLeft(of: "w", at: 1) == 1)
    machine.replace([("v", .operatorOnly, policy)], budget: common)
    #expect(machine.request("w") == .unknown)
    #expect(machine.admit(actionOf: "w", at: 1) == nil, "its run goes on")
    #expect(machine.admit(actionOf: "w", at: 2) == .budgetSpent)
    machine.ended("w", .healed, at: 3)
    #expect(machine.admit(actionOf: "w", at: 200 * Self.second) == .unknown)
  }
}
