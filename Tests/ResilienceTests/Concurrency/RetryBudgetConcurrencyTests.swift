import Resilience
import Synchronization
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct RetryBudgetConcurrencyTests {
  private final class Facts: Sendable {
    let inside = Atomic(0)
    let most = Atomic(0)
  }

  @Test("R1.8 under load from all sides the traffic form grants no more than was paid in")
  func traffic() async {
    let budget = RetryBudget("b", .traffic(ratio: 0.5, minimumPerSecond: 0, capacity: 1_000_000))
    let granted = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var granted = 0
          for number in 0..<5_000 {
            budget.callStarted(at: Runtime.live.coarseNow())
            if budget.tryStartExtraAttempt(at: Runtime.live.now()) { granted += 1 }
            if number % 1_000 == 0 { _ = budget.status(at: Runtime.live.now()) }
          }
          return granted
        }
      }
      return await group.reduce(0, +)
    }
    let status = budget.status(at: Runtime.live.now())
    #expect(granted <= 10_000 && granted == status.granted && granted + status.refused == 20_000)
    #expect(granted > 0 && status.available >= 0)
  }

  @Test("R1.8 the concurrent form never exceeds its limit and comes back to nothing")
  func concurrency() async {
    let budget = RetryBudget("b", .concurrency(ratio: 0, minimum: 3))
    let facts = Facts()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<5_000 {
            budget.callStarted(at: 1)
            if budget.tryStartExtraAttempt(at: 1) {
              facts.most.max(facts.inside.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue, ordering: .relaxed)
              facts.inside.wrappingSubtract(1, ordering: .acquiringAndReleasing)
              budget.extraAttemptEnded()
            }
            budget.callEnded()
          }
        }
      }
    }
    let status = budget.status(at: 1)
    #expect((1...3).contains(facts.most.load(ordering: .relaxed)))
    #expect(status.inFlight == 0 && status.extraAttempts == 0 && status.available == 3)
  }
}
