import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceHealing

@Suite("What healing never does, over seeds")
struct HealerInvariantTests {
  /// When healing was stopped and resumed.
  private final class Stops: Sendable {
    let spans = Lock([(from: Instant, to: Instant)]())
    let since = Lock<Instant?>(nil)
  }

  private static func settings(
    _ journal: Journal, _ seed: UInt64, _ generator: inout SeededGenerator
  ) -> HealingSettings {
    var settings = HealingSettings()
    settings.budget = HealingBudget(
      actions: Int.random(in: 1...6, using: &generator), per: .seconds(Int.random(in: 60...600, using: &generator)))
    for name in ["u", "v", "dry"] {
      var policy = HealingPolicy()
      policy.maxAttempts = Int.random(in: 1...4, using: &generator)
      policy.cooldown = .seconds(Int.random(in: 1...60, using: &generator))
      policy.verificationTimeout = .seconds(Int.random(in: 1...30, using: &generator))
      policy.budget = HealingBudget(
        actions: Int.random(in: 1...5, using: &generator), per: .seconds(Int.random(in: 60...600, using: &generator)))
      policy.rollsBack = Bool.random(using: &generator)
      policy.isDryRun = name == "dry"
      let count = Int.random(in: 1...3, using: &generator)
      let salt = generator.next()
      let actions = (0..<count).map { index in
        ScriptedAction(
          summary: "\(name)\(index)", undoValue: "old",
          answer: { context in
            try await context.runtime.sleep(for: .milliseconds(Int64(context.runtime.random() % 3_000)))
            if context.runtime.random() % 3 == 0 { throw HealingTrouble("it does not work") }
          }, journal: journal)
      }
      let calls = Lock(UInt64(0))
      settings.workflows.append(
        HealingWorkflow(
          name, trigger: .breakerOpen(name: name, for: .seconds(Int.random(in: 0...5, using: &generator))),
          actions: actions,
          verification: ScriptedVerification(
            answer: {
              calls.withLock {
                $0 += 1; return ($0 &* 0x9E37_79B9 ^ salt) % 5 == 0
              }
            }), policy: policy))
    }
    return settings
  }

  @Test(
    "R10.4 over 300 seeds: never more actions than budgets allow, none while stopped, none in a dry run, every run ends",
    arguments: 1...300)
  func invariants(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let (journal, store, stops) = (Journal(), InMemoryControlStore(), Stops())
    let settings = Self.settings(journal, UInt64(seed), &generator)
    try HealerTests.run(seed: UInt64(seed), settings, store, journal) { healer, runtime in
      for _ in 0..<60 {
        try await runtime.sleep(for: .milliseconds(Int64(runtime.random() % 30_000)))
        let name = ["u", "v", "dry"][Int(runtime.random() % 3)]
        switch runtime.random() % 8 {
        case 0:
          // From the moment the stop is asked for.
          if stops.since.withLock({ $0 == nil }) {
            stops.since.withLock { $0 = runtime.now() }
            _ = try await healer.stop(reason: "test", actor: "ada")
          }
        case 1, 2:
          if let since = stops.since.withLock({ $0 }) {
            stops.spans.withLock { $0.append((since, runtime.now())) }
            stops.since.withLock { $0 = nil }
            _ = try await healer.resume(reason: "test", actor: "ada")
          }
        case 3: _ = try? await healer.start(name, dryRun: false, reason: "test", actor: "ada")
        case 4: healer.receive(.breaker(name: name, state: "closed"))
        default: healer.receive(.breaker(name: name, state: "open"))
        }
      }
      for name in ["u", "v", "dry"] { healer.receive(.breaker(name: name, state: "closed")) }
      if stops.since.withLock({ $0 != nil }) { _ = try await healer.resume(reason: "test", actor: "ada") }
      if let since = stops.since.withLock({ $0 }) { stops.spans.withLock { $0.append((since, runtime.now())) } }
      try await runtime.sleep(for: .seconds(4_000))
      let runs = try await healer.runs(limit: 1_000)
      #expect(runs.allSatisfy { $0.isEnded && $0.result != nil }, "seed \(seed)")
    }
    self.check(journal, settings, stops, seed)
  }

  private func check(_ journal: Journal, _ settings: HealingSettings, _ stops: Stops, _ seed: Int) {
    let done = journal.entries.filter { $0.text.hasPrefix("do ") }
    #expect(!done.contains { $0.text.contains("dry") }, "seed \(seed)")
    for (text, at) in journal.entries {
      let isStopped = stops.spans.withLock { $0.contains { $0.from < at && at < $0.to } }
      #expect(!isStopped, "seed \(seed): \(text) while stopped")
    }
    func most(_ entries: [Instant], within length: Duration) -> Int {
      entries.map { end in entries.count { $0 <= end && end - $0 < length.nanoseconds } }.max() ?? 0
    }
    // An action is counted before its intent is saved, and carried out at that instant of virtual time.
    #expect(most(done.map(\.at), within: settings.budget.per) <= settings.budget.actions, "seed \(seed)")
    for workflow in settings.workflows {
      let own = done.filter { $0.text.hasPrefix("do \(workflow.name)") }.map(\.at)
      let budget = workflow.policy.budget
      #expect(most(own, within: budget.per) <= budget.actions, "seed \(seed)")
    }
  }
}
