import Resilience
import ResilienceInterfaces
import Testing

@testable import ResilienceHealing

@Suite("A healer under many threads")
struct HealerConcurrencyTests {
  /// How many runs act at present, and how many ever did at once.
  private final class Acting: Sendable {
    private let state = Lock((now: 0, most: 0, all: 0))
    var most: Int { self.state.withLock { $0.most } }
    var all: Int { self.state.withLock { $0.all } }

    func act() async {
      self.state.withLock {
        $0.now += 1
        $0.all += 1
        $0.most = max($0.most, $0.now)
      }
      await Task.yield()
      self.state.withLock { $0.now -= 1 }
    }
  }

  private static func settings(_ acting: Acting, _ journal: Journal) -> HealingSettings {
    var settings = HealingSettings()
    settings.budget = HealingBudget(actions: 1_000_000, per: .seconds(60))
    var policy = HealingPolicy()
    policy.cooldown = .zero
    policy.budget = settings.budget
    let action = ScriptedAction(summary: "a", undoValue: nil, answer: { _ in await acting.act() }, journal: journal)
    settings.workflows = [
      HealingWorkflow(
        "w", trigger: .breakerOpen(name: "b", for: .zero), actions: [action],
        verification: ScriptedVerification(answer: { true }), policy: policy)
    ]
    return settings
  }

  @Test(
    "R10.4 signals, operators, stops and reloads at once: a workflow never runs twice at a time, and every run ends")
  func everything() async throws {
    let (acting, journal, store) = (Acting(), Journal(), InMemoryControlStore())
    let healer = Healer(Self.settings(acting, journal), store: store, observer: journal, wallClock: { 1 })
    let running = Task { await healer.run() }
    defer { running.cancel() }
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for round in 0..<150 {
            switch (worker, round % 5) {
            case (0, _): healer.receive(.breaker(name: "b", state: round.isMultiple(of: 2) ? "open" : "closed"))
            case (1, _): _ = try? await healer.start("w", dryRun: false, reason: "test", actor: "otto")
            case (2, 0): _ = try? await healer.stop(reason: "test", actor: "otto")
            case (2, 2): await healer.followStop()
            case (2, _): _ = try? await healer.resume(reason: "test", actor: "otto")
            case (_, 0): healer.replace(Self.settings(acting, journal))
            default: _ = await healer.status()
            }
            await Task.yield()
          }
        }
      }
    }
    _ = try await healer.resume(reason: "test", actor: "otto")
    let hasEnded = try await eventually {
      try await healer.runs(limit: 5_000).allSatisfy(\.isEnded)
    }
    #expect(hasEnded)
    #expect(acting.most == 1 && acting.all > 0)
    let status = await healer.status()
    #expect(status.stop == nil)
  }
}
