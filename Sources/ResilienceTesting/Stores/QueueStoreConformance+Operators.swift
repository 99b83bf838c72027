internal import ResilienceInterfaces

extension QueueStoreConformance {
  static let operators: [Check] = [
    Check("a dead letter keeps payload and reason, is listed, and is not claimed", Self.deadLetters),
    Check("what is dead from the start is listed, and can be replayed", Self.deadOnArrival),
    Check("a replayed dead letter starts afresh, and its old claims do not count", Self.replays),
    Check("what is no dead letter cannot be replayed", Self.refusesReplay),
    Check("lists go page by page in the order of enqueuing", Self.lists),
    Check("an item is purged in any state but while somebody works on it", Self.purges),
    Check("purging the first of a key lets the next go", Self.purgesHead),
    Check("a whole state is purged, so many at a time, other queues untouched", Self.purgesState),
  ]

  private static func deadLetters(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a")
    let claim = try unwrap(await world.claim().first, "the claim")
    try await world.settle(claim, .dead(reason: "status 422: \"no\" — 日本"))
    let dead = try await world.store.items(of: world.queue, in: .dead, after: 0, limit: 10)
    try expectEqual(dead.map(\.id), [world.name("a")], "dead letters")
    try expect(
      dead[0].note == "status 422: \"no\" — 日本" && dead[0].payload == Array("a".utf8) && dead[0].attempts == 1,
      "the dead letter: \(dead[0])")
    try await expectEqual(world.claim(), [], "what is claimed")
    try await expectEqual(world.store.nextDue(in: world.queue), nil, "the next time")
  }

  private static func deadOnArrival(_ world: StoreWorld<any QueueStore>) async throws {
    var draft = world.draft("a", once: "key")
    draft.deadReason = "status 422"
    let receipt = try unwrap(await world.store.enqueue([draft], bound: QueueBound()).first, "the receipt")
    try expect(receipt.item.state == .dead && receipt.item.note == "status 422", "the receipt: \(receipt)")
    try await expectEqual(world.store.item(withID: draft.id), receipt.item, "the item")
    try await expectEqual(world.claim(), [], "what is claimed")
    _ = try await world.store.replay(draft.id)
    try await expectEqual(world.claimedNames(), ["a"], "what is claimed after the replay")
    draft.orderingKey = "k"
    try await expectFailure(.invalid, "one with an ordering key") {
      try await world.store.enqueue([draft], bound: QueueBound())
    }
  }

  private static func replays(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a")
    let old = try unwrap(await world.claim().first, "the claim")
    try await world.settle(old, .dead(reason: "no"))
    let item = try await world.store.replay(world.name("a"))
    try expect(item.state == .waiting && item.attempts == 0, "the replayed item: \(item)")
    let done = QueueSettlement(old, .completed(remember: world.unit, note: nil))
    try await expectEqual(world.store.settle([done]), [false], "settling with a claim from before the replay")
    let new = try unwrap(await world.claim().first, "the new claim")
    try expect(new.item.attempts == 1 && new.token > old.token, "the new claim: \(new)")
    try expectEqual(new.item.payload, Array("a".utf8), "the payload")
    try await world.settle(new, .completed(remember: world.unit, note: nil))
  }

  private static func refusesReplay(_ world: StoreWorld<any QueueStore>) async throws {
    try await expectFailure(.notFound, "an unknown item") { try await world.store.replay(world.name("a")) }
    try await world.enqueue("a")
    try await expectFailure(.conflict, "a waiting item") { try await world.store.replay(world.name("a")) }
    let claim = try unwrap(await world.claim().first, "the claim")
    try await expectFailure(.conflict, "a claimed item") { try await world.store.replay(world.name("a")) }
    try await world.settle(claim, .completed(remember: world.unit * 9, note: nil))
    try await expectFailure(.conflict, "a completed item") { try await world.store.replay(world.name("a")) }
  }

  private static func lists(_ world: StoreWorld<any QueueStore>) async throws {
    for number in 0..<7 { try await world.enqueue("a\(number)") }
    var found: [QueueItem] = []
    while true {
      let page = try await world.store.items(
        of: world.queue, in: .waiting, after: found.last?.sequence ?? 0, limit: 3)
      if page.isEmpty { break }
      try expect(page.count <= 3, "a page of 3 has \(page.count) items")
      found += page
    }
    try expectEqual(found.map(\.id), (0..<7).map { world.name("a\($0)") }, "the items, page by page")
    for state in QueueItem.State.allCases where state != .waiting {
      try await expectEqual(world.store.items(of: world.queue, in: state, after: 0, limit: 9), [], "\(state) items")
    }
    try await expectEqual(world.store.items(of: world.queue, in: .waiting, after: 0, limit: 0), [], "a limit of 0")
  }

  private static func purges(_ world: StoreWorld<any QueueStore>) async throws {
    try await expectFailure(.notFound, "an unknown item") { try await world.store.purge(world.name("a")) }
    try await world.enqueue("a")
    _ = try await world.claim(units: 1)
    try await expectFailure(.conflict, "a claimed item") { try await world.store.purge(world.name("a")) }
    try await world.pass(units: 1)
    let purged = try await world.store.purge(world.name("a"))
    try expectEqual(purged.id, world.name("a"), "the purged item")
    try await expectEqual(world.counts(), QueueCounts(), "what the queue holds")
    try await world.enqueue("b", once: "key")
    _ = try await world.store.purge(world.name("b"))
    try await expectEqual(world.enqueue("c", once: "key").isDuplicate, false, "the key of a purged item")
  }

  private static func purgesHead(_ world: StoreWorld<any QueueStore>) async throws {
    for name in ["a", "b", "c", "d"] { try await world.enqueue(name, key: "k") }
    _ = try await world.store.purge(world.name("b"))
    _ = try await world.store.purge(world.name("a"))
    let claims = try await world.claim()
    try expectEqual(claims.map(\.item.id), [world.name("c")], "what is claimed")
    try await world.settle(claims[0], .completed(remember: world.unit, note: nil))
    try await expectEqual(world.claimedNames(), ["d"], "what is claimed")
  }

  private static func purgesState(_ world: StoreWorld<any QueueStore>) async throws {
    for number in 0..<5 { try await world.enqueue("a\(number)") }
    var other = world.draft("b")
    other.queue = world.name("other queue")
    _ = try await world.store.enqueue([other], bound: QueueBound())
    for claim in try await world.claim(3) { try await world.settle(claim, .dead(reason: "no")) }
    try await expectEqual(world.store.purge(queue: world.queue, state: .dead, limit: 2), 2, "purged")
    let left = try await world.store.items(of: world.queue, in: .dead, after: 0, limit: 9)
    try expectEqual(left.map(\.id), [world.name("a2")], "dead letters left")
    try await expectEqual(world.store.purge(queue: world.queue, state: .dead, limit: 2), 1, "purged")
    try await expectFailure(.conflict, "claimed items") {
      try await world.store.purge(queue: world.queue, state: .claimed, limit: 2)
    }
    try await expectEqual(world.store.purge(queue: world.queue, state: .waiting, limit: 9), 2, "purged")
    try await expectEqual(world.counts(), QueueCounts(), "what the queue holds")
    try await expectEqual(world.store.counts(of: other.queue).waiting, 1, "what another queue holds")
  }
}
