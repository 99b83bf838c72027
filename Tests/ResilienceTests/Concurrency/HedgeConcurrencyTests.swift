import Resilience
import Synchronization
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct HedgeConcurrencyTests {
  private final class Facts: Sendable {
    let inside = Atomic(0)
    let ended = Atomic(0)
  }

  @Test("R1.14 under a storm of hedged calls and cancellations nobody is left behind and every share comes back")
  func storm() async {
    let budget = RetryBudget("b", .concurrency(ratio: 1, minimum: 4))
    let hedge = Hedge("h", .init(delay: .percentile(maxExtraLoad: 0.5), minimumSamples: 10, budget: budget))
    let pipeline = Pipeline {
      Retry(.init(maxAttempts: 2, backoff: .constant(.milliseconds(1)), adaptation: AdaptiveDelay()))
      hedge
    }
    let facts = Facts()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for number in 0..<100 {
            let call = Task {
              try await pipeline {
                facts.inside.wrappingAdd(1, ordering: .relaxed)
                defer { facts.inside.wrappingSubtract(1, ordering: .relaxed) }
                try await Runtime.live.sleep(for: .milliseconds(Int(Runtime.live.random() % 6)))
                if number % 7 == 0 { throw Boom() }
              }
            }
            if (number + worker) % 5 == 0 { call.cancel() }
            _ = await call.result
            facts.ended.wrappingAdd(1, ordering: .relaxed)
          }
        }
      }
    }
    let status = budget.status(at: Runtime.live.now())
    #expect(facts.ended.load(ordering: .relaxed) == 400 && facts.inside.load(ordering: .relaxed) == 0)
    #expect(status.inFlight == 0 && status.extraAttempts == 0)
    #expect(hedge.delay != nil)
  }
}
