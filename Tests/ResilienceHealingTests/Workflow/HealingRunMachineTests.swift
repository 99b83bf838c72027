import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceHealing

@Suite("One run of a workflow")
struct HealingRunMachineTests {
  private static func orders(_ policy: HealingPolicy, _ actions: Int, _ script: [Bool]) -> [HealingRunMachine.Order] {
    var machine = HealingRunMachine(policy, actions: actions)
    var answers = script[...]
    var order = machine.begin()
    var all = [order]
    while all.count < 10_000 {
      let report: HealingRunMachine.Report
      switch order {
      case .act: report = .acted(answers.popFirst() ?? true)
      case .verify: report = .verified(answers.popFirst() ?? true)
      case .undo: report = .undone(answers.popFirst() ?? true)
      case .wait: report = .waited
      case .end: return all
      }
      order = machine.next(after: report, of: order)
      all.append(order)
    }
    return all
  }

  private static func policy(_ generator: inout SeededGenerator) -> HealingPolicy {
    var policy = HealingPolicy()
    policy.maxAttempts = Int.random(in: 1...6, using: &generator)
    policy.backoff = .seconds(Int.random(in: 1...60, using: &generator))
    policy.maxBackoff = .seconds(Int.random(in: 1...300, using: &generator))
    policy.rollsBack = Bool.random(using: &generator)
    return policy
  }

  @Test("R10.1 every script of successes and failures gives the orders of straight loops: 4,000 seeds")
  func reference() {
    for seed in UInt64(1)...4_000 {
      var generator = SeededGenerator(seed: seed)
      let policy = Self.policy(&generator)
      let actions = Int.random(in: 0...4, using: &generator)
      let odds = Double.random(in: 0...1, using: &generator)
      let script = (0..<80).map { _ in Double.random(in: 0...1, using: &generator) < odds }
      var reference = ReferenceRun(policy: policy, actions: actions, script: script)
      #expect(Self.orders(policy, actions, script) == reference.run(), "seed \(seed)")
    }
  }

  @Test("R10.1 a run ends for every sequence of reports, and nothing is ordered after a stop: 4,000 seeds")
  func ends() {
    for seed in UInt64(1)...4_000 {
      var generator = SeededGenerator(seed: seed)
      let policy = Self.policy(&generator)
      var machine = HealingRunMachine(policy, actions: 3)
      var order = machine.begin()
      var count = 0
      while true {
        if case .end = order { break }
        count += 1
        guard count < 1_000 else {
          Issue.record("seed \(seed) does not end")
          break
        }
        let reports: [HealingRunMachine.Report] = [
          .acted(true), .acted(false), .verified(true), .verified(false), .undone(true), .undone(false), .waited,
          .stopped, .refused,
        ]
        let report = reports[Int.random(in: 0..<reports.count, using: &generator)]
        order = machine.next(after: report, of: order)
        if report == .stopped { #expect(order == .end(.stopped, tellsPerson: false)) }
      }
    }
  }

  @Test("R10.1 a run that a crash interrupted orders no action again, whatever is reported")
  func resumed() {
    for (answers, expected): ([Bool], [HealingRunMachine.Order]) in [
      ([true], [.verify, .end(.healed, tellsPerson: false)]),
      ([false, true, true], [.verify, .undo(1), .undo(0), .end(.failed, tellsPerson: true)]),
      ([false, false], [.verify, .undo(1), .end(.failed, tellsPerson: true)]),
    ] {
      var policy = HealingPolicy()
      policy.maxAttempts = 5
      var machine = HealingRunMachine(resuming: policy, actions: 2, performed: [0, 1])
      var order = HealingRunMachine.Order.verify
      var all = [order]
      for answer in answers {
        let report: HealingRunMachine.Report = order == .verify ? .verified(answer) : .undone(answer)
        order = machine.next(after: report, of: order)
        all.append(order)
      }
      #expect(all == expected)
    }
  }

  @Test("R10.4 waits between attempts double up to their bound, and quiet times after failures do")
  func waits() {
    var policy = HealingPolicy()
    policy.backoff = .seconds(5)
    policy.maxBackoff = .seconds(60)
    #expect((1...6).map { policy.wait(afterAttempt: $0) } == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    #expect([0, 1, 5, 99].map { policy.quiet(afterFailures: $0) } == [300, 600, 9_600, 9_600].map { .seconds($0) })
  }
}
