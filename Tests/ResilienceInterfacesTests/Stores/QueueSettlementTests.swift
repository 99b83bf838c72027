import Resilience
import ResilienceInterfaces
import Testing

@Suite("What a settlement does to an item")
struct QueueSettlementTests {
  @Test("R5.3 what is under way changes, the same said twice counts, and nothing undoes what has become of an item")
  func effects() {
    let outcomes: [QueueSettlement.Outcome] = [
      .completed(remember: .zero, note: nil), .retry(after: .zero, reason: "r"), .release(after: .zero),
      .dead(reason: "d"),
    ]
    let item = QueueItem(
      id: "a", queue: "q", sequence: 1, state: .claimed, payload: [], metadata: [:], orderingKey: nil,
      ordering: .untilDead, idempotencyKey: nil, attempts: 1, enqueued: 0, due: 0, note: nil)
    let claim = QueueClaim(item: item, token: 1)
    for (index, outcome) in outcomes.enumerated() {
      let settlement = QueueSettlement(claim, outcome)
      #expect(settlement.effect(on: .claimed) == .change && settlement.effect(on: .waiting) == .change)
      #expect(settlement.effect(on: .completed) == (index == 0 ? .repetition : .none))
      #expect(settlement.effect(on: .dead) == (index == 3 ? .repetition : .none))
      #expect(settlement.effect(on: .blocked) == .none)
    }
  }
}
