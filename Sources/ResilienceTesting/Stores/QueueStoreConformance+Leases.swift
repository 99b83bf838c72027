internal import ResilienceInterfaces

extension QueueStoreConformance {
  static let leases: [Check] = [
    Check("many who claim at once never get the same item", Self.claimedOnce),
    Check("a claim that ends passes to the next, who has a higher token; the old one does not count", Self.passes),
    Check("a claim that has ended counts as long as nobody else has taken the item", Self.countsLate),
    Check("a renewed claim lasts; what has ended or is settled cannot be renewed", Self.renews),
    Check("what failed is tried again after its delay, with its attempts and reason", Self.retries),
    Check("what was given back does not count as an attempt", Self.releases),
    Check("saying an outcome twice does no harm, and a lost claim does not hinder others", Self.settlesTwice),
    Check("everything is done once by many workers with failures", Self.manyWorkers),
  ]

  private static func claimedOnce(_ world: StoreWorld<any QueueStore>) async throws {
    let drafts = (0..<100).map { world.draft("a\($0)") }
    _ = try await world.store.enqueue(drafts, bound: QueueBound())
    let ids = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var ids: [String] = []
          while true {
            let claims = try await world.claim(3)
            if claims.isEmpty { return ids }
            ids += claims.map(\.item.id)
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    try expectEqual(ids.count, 100, "claims")
    try expectEqual(Set(ids).count, 100, "items claimed")
  }

  private static func passes(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a", key: "k")
    try await world.enqueue("b", key: "k")
    let old = try unwrap(await world.claim(units: 1).first, "the claim")
    try await expectEqual(world.claim(), [], "a second claim")
    let next = try unwrap(await world.store.nextDue(in: world.queue), "the next time")
    try expect(next > .zero && next <= world.unit, "due in \(next)")
    try await world.pass(units: 1)
    let new = try unwrap(await world.claim().first, "the claim after that has ended")
    try expectEqual(new.item.id, old.item.id, "the item")
    try expect(new.token > old.token && new.item.attempts == 2, "the second claim: \(new)")
    try expectEqual(new.item.note, QueueItem.leaseEndedNote, "the note")
    for outcome in [
      QueueSettlement.Outcome.completed(remember: world.unit, note: nil), .dead(reason: "no"),
      .retry(after: .zero, reason: "no"), .release(after: .zero),
    ] {
      try await expectEqual(world.store.settle([QueueSettlement(old, outcome)]), [false], "an old claim's \(outcome)")
    }
    try await expectFailure(.leaseLost, "renewing an old claim") {
      try await world.store.renew(old, lease: world.unit)
    }
    try await world.settle(new, .completed(remember: world.unit, note: nil))
    try await expectEqual(world.claimedNames(), ["b"], "what comes next")
  }

  private static func countsLate(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a")
    let claim = try unwrap(await world.claim(units: 1).first, "the claim")
    try await world.pass(units: 1)
    try await world.settle(claim, .completed(remember: world.unit * 9, note: nil))
    try await expectEqual(world.claim(), [], "what is claimed")
    try await expectEqual(world.counts().completed, 1, "what is done")
  }

  private static func renews(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a")
    var claim = try unwrap(await world.claim(units: 3).first, "the claim")
    for _ in 0..<3 {
      try await world.pass(units: 2)
      let renewed = try await world.store.renew(claim, lease: world.unit * 3)
      try expect(renewed.token == claim.token && renewed.expires > claim.expires, "renewed: \(renewed)")
      claim = renewed
      try await expectEqual(world.claim(), [], "a second claim")
    }
    try await world.pass(units: 3)
    try await expectFailure(.leaseLost, "renewing what has ended") {
      try await world.store.renew(claim, lease: world.unit)
    }
    let next = try unwrap(await world.claim().first, "the next claim")
    try expectEqual(next.item.attempts, 2, "attempts: renewing counts none")
    try await world.settle(next, .completed(remember: world.unit * 9, note: nil))
    try await expectFailure(.leaseLost, "renewing what is settled") {
      try await world.store.renew(next, lease: world.unit)
    }
  }

  private static func retries(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a")
    for attempt in 1...3 {
      let claim = try unwrap(await world.claim().first, "claim \(attempt)")
      try expectEqual(claim.item.attempts, attempt, "the attempt")
      try await world.settle(claim, .retry(after: world.unit * attempt, reason: "failure \(attempt)"))
      let item = try unwrap(await world.store.item(withID: claim.item.id), "the item")
      try expect(item.state == .waiting && item.note == "failure \(attempt)", "the item: \(item)")
      try expectEqual(item.payload, Array("a".utf8), "the payload")
      if attempt > 1 { try await world.pass(units: attempt - 1) }
      try await expectEqual(world.claim(), [], "claims before the delay is over")
      try await world.pass(units: 1)
    }
  }

  private static func releases(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a", key: "k")
    try await world.enqueue("b", key: "k")
    for _ in 0..<3 {
      let claim = try unwrap(await world.claim().first, "the claim")
      try expect(claim.item.id == world.name("a") && claim.item.attempts == 1, "the claim: \(claim)")
      try await world.settle(claim, .release(after: world.unit))
      try await expectEqual(world.claim(), [], "claims before the delay is over")
      try await world.pass(units: 1)
    }
  }

  private static func settlesTwice(_ world: StoreWorld<any QueueStore>) async throws {
    for name in ["a", "b", "c"] { try await world.enqueue(name) }
    let claims = try await world.claim()
    let done = QueueSettlement.Outcome.completed(remember: world.unit * 9, note: nil)
    try await world.settle(claims[0], done)
    try await world.settle(claims[0], done)
    let lost = QueueClaim(item: claims[1].item, token: claims[1].token + 1)
    let counted = try await world.store.settle([
      QueueSettlement(lost, done), QueueSettlement(claims[1], .dead(reason: "no")),
      QueueSettlement(claims[1], .dead(reason: "no")), QueueSettlement(claims[2], done),
    ])
    try expectEqual(counted, [false, true, true, true], "which count")
    let counts = try await world.counts()
    try expectEqual([counts.completed, counts.dead, counts.pending], [2, 1, 0], "completed, dead, pending")
    try await expectEqual(world.store.settle([]), [], "settling nothing")
  }

  private static func manyWorkers(_ world: StoreWorld<any QueueStore>) async throws {
    for number in 0..<60 { try await world.enqueue("a\(number)", key: number % 2 == 0 ? "k\(number % 10)" : nil) }
    let counted = try await withThrowingTaskGroup(of: [String].self) { group in
      for worker in 0..<6 {
        group.addTask {
          var done: [String] = []
          while try await world.counts().pending > 0 {
            for claim in try await world.claim(2) {
              // Every fourth fails at first, by its number and the worker's.
              if claim.item.attempts == 1, (claim.item.sequence + Int64(worker)) % 4 == 0 {
                try await world.settle(claim, .retry(after: .zero, reason: "unlucky"))
              } else {
                try await world.settle(claim, .completed(remember: world.unit * 100, note: nil))
                done.append(claim.item.id)
              }
            }
          }
          return done
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    try expectEqual(counted.count, 60, "completions")
    try expectEqual(Set(counted).count, 60, "items completed")
    try await expectEqual(world.counts().completed, 60, "items that the store knows as completed")
  }
}
