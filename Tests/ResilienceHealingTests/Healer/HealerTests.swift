import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceHealing

@Suite("Healing in virtual time")
struct HealerTests {
  /// Runs a healer in a world of its own, with somebody who does something beside it.
  static func run(
    seed: UInt64 = 1, _ settings: HealingSettings, _ store: any HealingStore, _ journal: Journal,
    _ body: @escaping @Sendable (Healer, Runtime) async throws -> Void
  ) throws {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    try simulation.run {
      let healer = Healer(
        settings, store: store, observer: journal, runtime: runtime, wallClock: { runtime.now() / 1_000_000 })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await healer.run() }
        try await body(healer, runtime)
        group.cancelAll()
      }
    }
  }

  static func settings(
    _ journal: Journal, trigger: HealingTrigger = .breakerOpen(name: "b", for: .zero),
    actions: [ScriptedAction]? = nil, isHealed: @escaping @Sendable () -> Bool = { true },
    _ change: (inout HealingPolicy) -> Void = { _ in }
  ) -> HealingSettings {
    var settings = HealingSettings()
    var policy = HealingPolicy()
    change(&policy)
    let all = actions ?? [ScriptedAction(summary: "a", undoValue: nil, answer: { _ in }, journal: journal)]
    settings.workflows = [
      HealingWorkflow(
        "w", trigger: trigger, actions: all, verification: ScriptedVerification(answer: isHealed),
        escalation: [ScriptedAction(summary: "tell", undoValue: nil, answer: { _ in }, journal: journal)],
        policy: policy)
    ]
    return settings
  }

  @Test("R10.1 R10.3 detect, act, verify: the run is recorded with trigger, steps, result and time to recovery")
  func healed() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let wellAt = Lock<Int>(0)
    let settings = Self.settings(
      journal,
      isHealed: {
        wellAt.withLock {
          $0 += 1; return $0 > 10
        }
      })
    try Self.run(settings, store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(30))
      let runs = try await healer.runs(limit: 10)
      #expect(runs.count == 1)
      let run = try #require(runs.first)
      #expect(run.result == .healed && run.trigger == "breaker 'b' is open" && run.actor == "system")
      #expect(run.steps.map(\.kind) == [.act, .verify] && run.steps.allSatisfy { $0.state == .done })
      #expect(run.recoveryMilliseconds == 10_000)
      let status = await healer.status()
      #expect(status.successRate == 1 && status.meanRecoveryMilliseconds == 10_000)
      #expect(status.workflows.first?.quietUntil != nil)
    }
    #expect(journal.texts == ["do a"])
  }

  @Test("R10.4 a stop holds for every instance with the same store within seconds, and so does its end")
  func shared() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let settings = Self.settings(journal)
    try Self.run(settings, store, journal) { healer, runtime in
      let other = Healer(settings, store: store, runtime: runtime, wallClock: { runtime.now() / 1_000_000 })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await other.run() }
        _ = try await healer.stop(reason: "drill", actor: "ada")
        try await runtime.sleep(for: .seconds(6))
        #expect(await other.status().stop?.reason == "drill")
        _ = try await other.resume(reason: "over", actor: "otto")
        #expect(await healer.status().stop != nil)
        try await runtime.sleep(for: .seconds(6))
        #expect(await healer.status().stop == nil)
        group.cancelAll()
      }
    }
  }

  @Test("R10.1 a verification that fails within 300 s rolls back, tries again, and then tells a person, once")
  func escalates() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let actions = ["a", "b"].map { ScriptedAction(summary: $0, undoValue: "old", answer: { _ in }, journal: journal) }
    let settings = Self.settings(journal, actions: actions, isHealed: { false }) { $0.maxAttempts = 2 }
    try Self.run(settings, store, journal) { healer, runtime in
      let start = runtime.now()
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(299))
      #expect(journal.texts == ["do a", "do b"])
      try await runtime.sleep(for: .seconds(400))
      let run = try #require(try await healer.runs(limit: 1).first)
      #expect(run.result == .failed && run.isRolledBack && run.attempt == 2)
      #expect(run.explanation?.contains("300") == true)
      #expect(runtime.now() - start > 0)
    }
    let attempt = ["do a", "do b", "undo b to old", "undo a to old"]
    #expect(journal.texts == attempt + attempt + ["do tell"])
    #expect(journal.escalations == 1)
  }

  @Test("R10.4 a dry run writes down what it would do, and does nothing")
  func dryRun() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let settings = Self.settings(journal, isHealed: { true }) { $0.isDryRun = true }
    try Self.run(settings, store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(10))
      let run = try #require(try await healer.runs(limit: 1).first)
      #expect(run.result == .planned && run.steps.map(\.state) == [.planned, .planned])
    }
    #expect(journal.texts.isEmpty)
  }

  @Test("R10.1 an action that takes too long is cancelled and counts as failed")
  func slow() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let slow = ScriptedAction(
      summary: "slow", undoValue: nil, answer: { try await $0.runtime.sleep(for: .seconds(1_000)) }, journal: journal)
    try Self.run(Self.settings(journal, actions: [slow]), store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(61))
      let run = try #require(try await healer.runs(limit: 1).first)
      #expect(run.result == .failed && run.steps.first?.state == .failed)
    }
  }

  @Test("R10.3 an action whose intent cannot be saved is not carried out")
  func unsaved() throws {
    let (journal, store) = (Journal(), HistoryStore())
    store.breakDown()
    try Self.run(Self.settings(journal), store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(10))
    }
    #expect(journal.texts == ["do tell"])
  }

  @Test("R10.2 an operator starts a workflow, and rolls an ended run back by its id; twice there is nothing to do")
  func rollBack() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let actions = ["a", "b"].map { ScriptedAction(summary: $0, undoValue: "old", answer: { _ in }, journal: journal) }
    try Self.run(Self.settings(journal, trigger: .operatorOnly, actions: actions), store, journal) { healer, runtime in
      let run = try await healer.start("w", dryRun: false, reason: "a test", actor: "ada")
      await #expect(throws: ControlFailure.self) {
        try await healer.start("w", dryRun: false, reason: "again", actor: "ada")
      }
      try await runtime.sleep(for: .seconds(5))
      let back = try await healer.rollBack(run: run.id, reason: "no", actor: "ada")
      #expect(back.isRolledBack)
      await #expect(throws: ControlFailure.self) {
        try await healer.rollBack(run: run.id, reason: "no", actor: "ada")
      }
      await #expect(throws: ControlFailure.unknownRun(id: "x")) {
        try await healer.rollBack(run: "x", reason: "no", actor: "ada")
      }
      let audit = try await store.recentAudit(limit: 10)
      #expect(audit.map(\.action) == ["healing.rollback", "healing.run"])
    }
    #expect(journal.texts == ["do a", "do b", "undo b to old", "undo a to old"])
  }

  @Test(
    "R10.4 the global stop ends what runs before its next action, outlives a restart, and ends by an operator's hand")
  func stop() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let slow = ["a", "b"].map {
      ScriptedAction(
        summary: $0, undoValue: nil, answer: { try await $0.runtime.sleep(for: .seconds(5)) }, journal: journal)
    }
    let settings = Self.settings(journal, actions: slow)
    try Self.run(settings, store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(1))
      _ = try await healer.stop(reason: "enough", actor: "ada")
      try await runtime.sleep(for: .seconds(20))
      #expect(try await healer.runs(limit: 1).first?.result == .stopped)
    }
    try Self.run(settings, store, journal) { healer, runtime in
      try await runtime.sleep(for: .seconds(1))
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(20))
      #expect(journal.texts == ["do a"])
      await #expect(throws: ControlFailure.self) {
        try await healer.start("w", dryRun: false, reason: "a test", actor: "ada")
      }
      #expect(await healer.status().stop?.actor == "ada")
      _ = try await healer.resume(reason: "again", actor: "bob")
      try await runtime.sleep(for: .seconds(20))
      #expect(journal.texts == ["do a", "do a", "do b"])
    }
  }
}
