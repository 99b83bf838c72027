internal import ResilienceInterfaces

extension QueueStoreConformance {
  static let order: [Check] = [
    Check("items of a key are claimed one at a time and in order, by one worker", Self.inOrder),
    Check("items of a key are claimed one at a time and in order, by many workers", Self.inOrderByMany),
    Check("items of different keys, and without, do not wait for each other", Self.independent),
    Check("untilDead: what is tried again holds up its key, a dead letter does not", Self.untilDead),
    Check("untilResolved: a dead letter holds up its key until it is replayed and done, or purged", Self.untilResolved),
    Check("whileRunning: what failed goes behind those that wait", Self.whileRunning),
    Check("a delayed item holds up those behind it with its key", Self.delayedHead),
  ]

  private static func inOrder(_ world: StoreWorld<any QueueStore>) async throws {
    for number in 0..<9 { try await world.enqueue("a\(number)", key: "k\(number % 3)") }
    for round in 0..<3 {
      let claims = try await world.claim()
      try expectEqual(
        claims.map(\.item.id), (0..<3).map { world.name("a\(round * 3 + $0)") }, "what is claimed in round \(round)")
      for claim in claims { try await world.settle(claim, .completed(remember: world.unit, note: nil)) }
    }
  }

  private static func inOrderByMany(_ world: StoreWorld<any QueueStore>) async throws {
    let journal = Journal()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<100 { try await world.enqueue("a\(number)", key: "k\(number % 5)") }
        await journal.finish()
      }
      for _ in 0..<6 {
        group.addTask {
          while true {
            let isLast = await journal.isFinished
            let claims = try await world.claim(2)
            for claim in claims {
              try await journal.begin(claim.item)
              await Task.yield()
              await journal.end(claim.item)
              try await world.settle(claim, .completed(remember: world.unit * 100, note: nil))
            }
            let left = try await world.counts().pending
            if isLast && left == 0 { return }
          }
        }
      }
      try await group.waitForAll()
    }
    try await expectEqual(journal.count, 100, "items done")
  }

  private static func independent(_ world: StoreWorld<any QueueStore>) async throws {
    for (name, key) in [("a", "k"), ("b", "k"), ("c", "l"), ("d", nil), ("e", nil)] {
      try await world.enqueue(name, key: key)
    }
    try await expectEqual(world.claimedNames(), ["a", "c", "d", "e"], "what is claimed")
  }

  private static func untilDead(_ world: StoreWorld<any QueueStore>) async throws {
    for name in ["a", "b", "c"] { try await world.enqueue(name, key: "k") }
    let first = try unwrap(await world.claim().first, "the claim")
    try await world.settle(first, .retry(after: world.unit, reason: "no"))
    try await expectEqual(world.claim(), [], "what is claimed while a waits")
    try await world.pass(units: 1)
    let second = try await world.claim()
    try expectEqual(second.map(\.item.id), [world.name("a")], "what is claimed")
    try await world.settle(second[0], .dead(reason: "never"))
    let third = try await world.claim()
    try expectEqual(third.map(\.item.id), [world.name("b")], "what is claimed after a has died")
    _ = try await world.store.replay(world.name("a"))
    try await expectEqual(world.claim(), [], "what is claimed while b runs")
    try await world.settle(third[0], .completed(remember: world.unit, note: nil))
    let fourth = try await world.claim()
    try expectEqual(fourth.map(\.item.id), [world.name("a")], "a replayed item keeps its place")
  }

  private static func untilResolved(_ world: StoreWorld<any QueueStore>) async throws {
    for name in ["a", "b", "c"] { try await world.enqueue(name, key: "k", ordering: .untilResolved) }
    try await world.settle(try unwrap(await world.claim().first, "a"), .dead(reason: "never"))
    try await expectEqual(world.claim(), [], "what is claimed behind a dead letter")
    try await world.enqueue("d", key: "k", ordering: .untilResolved)
    try await expectEqual(world.store.nextDue(in: world.queue), nil, "the next time behind a dead letter")
    _ = try await world.store.replay(world.name("a"))
    let second = try await world.claim()
    try expectEqual(second.map(\.item.id), [world.name("a")], "what is claimed after the replay")
    try await world.settle(second[0], .dead(reason: "never"))
    _ = try await world.store.purge(world.name("a"))
    let third = try await world.claim()
    try expectEqual(third.map(\.item.id), [world.name("b")], "what is claimed after the purge")
    try await world.settle(third[0], .completed(remember: world.unit, note: nil))
    try await expectEqual(world.claimedNames(), ["c"], "what is claimed after b")
  }

  private static func whileRunning(_ world: StoreWorld<any QueueStore>) async throws {
    for name in ["a", "b", "c"] { try await world.enqueue(name, key: "k", ordering: .whileRunning) }
    let first = try unwrap(await world.claim().first, "the claim")
    try await world.settle(first, .retry(after: .zero, reason: "no"))
    for name in ["b", "c", "a"] {
      let claims = try await world.claim()
      try expectEqual(claims.map(\.item.id), [world.name(name)], "what is claimed")
      try await world.settle(claims[0], .completed(remember: world.unit, note: nil))
    }
    try await world.enqueue("d", key: "k", ordering: .whileRunning)
    let alone = try unwrap(await world.claim().first, "the claim")
    try await world.settle(alone, .retry(after: world.unit, reason: "no"))
    try await expectEqual(world.claim(), [], "what is claimed before the delay is over")
    try await world.pass(units: 1)
    try await expectEqual(world.claimedNames(), ["d"], "what is claimed")
  }

  private static func delayedHead(_ world: StoreWorld<any QueueStore>) async throws {
    var draft = world.draft("a", key: "k")
    draft.delay = world.unit * 2
    _ = try await world.store.enqueue([draft], bound: QueueBound())
    try await world.enqueue("b", key: "k")
    try await expectEqual(world.claim(), [], "what is claimed")
    try await world.pass(units: 2)
    try await expectEqual(world.claimedNames(), ["a"], "what is claimed")
  }
}

/// What many workers did, in one order.
private actor Journal {
  private var running: Set<String> = []
  private var last: [String: Int64] = [:]
  private(set) var count = 0
  private(set) var isFinished = false

  func finish() { self.isFinished = true }

  func begin(_ item: QueueItem) throws {
    let key = item.orderingKey ?? ""
    try expect(self.running.insert(key).inserted, "two items of key \(key) run at once")
    try expect(self.last[key] ?? 0 < item.sequence, "\(item.id) runs after a later one of its key")
    self.last[key] = item.sequence
  }

  func end(_ item: QueueItem) {
    self.running.remove(item.orderingKey ?? "")
    self.count += 1
  }
}
