import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceHealing

@Suite("Healing that a crash interrupts")
struct HealerCrashTests {
  private static func actions(_ journal: Journal) -> [ScriptedAction] {
    ["a", "b"].map {
      ScriptedAction(
        summary: $0, undoValue: "old", answer: { try await $0.runtime.sleep(for: .seconds(1)) }, journal: journal)
    }
  }

  /// Every state of a run that was on disk at some time.
  private static func states(isHealed: Bool) throws -> [HealingRun] {
    let (journal, store) = (Journal(), HistoryStore())
    let settings = HealerTests.settings(
      journal, actions: Self.actions(journal), isHealed: { isHealed }
    ) {
      $0.maxAttempts = 2
      $0.verificationTimeout = .seconds(10)
    }
    try HealerTests.run(settings, store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(120))
    }
    return store.history
  }

  @Test(
    "R10.1 whatever a crash leaves on disk, the next start does no action again: it verifies, and else rolls back",
    arguments: [true, false])
  func everyState(isHealed: Bool) throws {
    let states = try Self.states(isHealed: isHealed)
    #expect(states.count >= (isHealed ? 6 : 20))
    for (index, state) in states.enumerated() where !state.isEnded {
      for nowHealed in [true, false] {
        let (journal, store) = (Journal(), InMemoryControlStore())
        let settings = HealerTests.settings(
          journal, actions: Self.actions(journal), isHealed: { nowHealed }
        ) { $0.maxAttempts = 2 }
        try HealerTests.run(settings, store, journal) { healer, runtime in
          try await store.saveRun(state, recording: nil)
          try await runtime.sleep(for: .seconds(900))
          let run = try #require(try await healer.runs(limit: 5).first { $0.id == state.id })
          #expect(run.isEnded, "state \(index)")
          let isRollingBack = state.phase == .rollingBack
          #expect(run.result == (nowHealed && !isRollingBack ? .healed : .failed), "state \(index)")
          if run.result == .failed { #expect(run.undoable.isEmpty, "state \(index)") }
          #expect(!run.steps.contains { $0.state == .intended }, "state \(index)")
        }
        let acted = journal.texts.filter { $0.hasPrefix("do ") && $0 != "do tell" }
        #expect(acted.isEmpty, "state \(index) of \(states.count): \(journal.texts)")
      }
    }
  }

  @Test("R10.4 what was done before a restart counts against budgets after it")
  func budgets() throws {
    let (journal, store) = (Journal(), InMemoryControlStore())
    let settings = HealerTests.settings(journal, isHealed: { true }) {
      $0.budget = HealingBudget(actions: 1, per: .seconds(3_600))
    }
    try HealerTests.run(settings, store, journal) { healer, runtime in
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(10))
    }
    #expect(journal.texts == ["do a"])
    try HealerTests.run(settings, store, journal) { healer, runtime in
      try await runtime.sleep(for: .seconds(10))
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(10))
      #expect(try await healer.runs(limit: 1).first?.result == .refused)
    }
    #expect(journal.texts == ["do a", "do tell"])
  }

  @Test("R10.4 when it cannot be read whether somebody stopped healing, nothing acts")
  func unreadable() throws {
    let (journal, store) = (Journal(), UnreadableStore())
    try HealerTests.run(HealerTests.settings(journal), store, journal) { healer, runtime in
      try await runtime.sleep(for: .seconds(1))
      healer.receive(.breaker(name: "b", state: "open"))
      try await runtime.sleep(for: .seconds(10))
    }
    #expect(journal.texts.isEmpty)
  }
}
