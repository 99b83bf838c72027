public import ResilienceInterfaces

/// The promises of `QueueStore`.
public enum QueueStoreConformance {
  /// One promise.
  public typealias Check = StoreCheck<any QueueStore>

  /// All promises; run each on a store of its own.
  public static let checks: [Check] = Self.enqueuing + Self.leases + Self.order + Self.operators + Self.models

  static let enqueuing: [Check] = [
    Check("gives back every field of an item", Self.givesBack),
    Check("the same id twice is one item", Self.sameID),
    Check("the same idempotency key twice is one item, in its queue, byte by byte", Self.sameKey),
    Check("an idempotency key is known until the retention of its completed item is over", Self.remembers),
    Check("an idempotency key is known while its item is a dead letter, and free once that is purged", Self.deadKey),
    Check("an item is found by its idempotency key, until it is purged or its retention is over", Self.foundByKey),
    Check("of many that enqueue one idempotency key at once exactly one does", Self.oneOfMany),
    Check("an item with a delay is not claimed before, and is afterwards", Self.delays),
    Check("a bound on items is kept, batches are all or nothing, dead letters count", Self.boundsItems),
    Check("a bound on bytes is kept", Self.boundsBytes),
    Check("many that enqueue at once do not get past the bound", Self.boundsMany),
    Check("refuses what no store accepts", Self.refuses),
    Check("counts, positions and queues say what there is", Self.counts),
    Check("what was enqueued is there after a crash, in order, once", Self.survives),
  ]

  private static func givesBack(_ world: StoreWorld<any QueueStore>) async throws {
    var draft = world.draft("a", key: "Zoë", once: "日本")
    draft.payload = (0...255).map(UInt8.init)
    draft.metadata = ["path": "/x?y='z'", "": "\"é\""]
    draft.ordering = .untilResolved
    let receipt = try unwrap(await world.store.enqueue([draft], bound: QueueBound()).first, "the receipt")
    try expect(!receipt.isDuplicate && receipt.position == 1, "the receipt \(receipt)")
    let item = try unwrap(await world.store.item(withID: draft.id), "the item")
    try expectEqual(item, receipt.item, "the item of the receipt")
    try expectEqual(item.payload, draft.payload, "the payload")
    try expectEqual(item.metadata, draft.metadata, "the metadata")
    try expectEqual(
      [item.id, item.queue, item.orderingKey, item.idempotencyKey, item.ordering.rawValue],
      [draft.id, draft.queue, "Zoë", "日本", "untilResolved"], "the item's names")
    try expect(item.state == .waiting && item.attempts == 0 && item.note == nil, "a new item: \(item)")
    let claim = try unwrap(await world.claim().first, "the claim")
    try expect(claim.item.payload == draft.payload && claim.item.attempts == 1, "the claim: \(claim)")
    try await expectEqual(world.store.item(withID: world.name("unknown")), nil, "an unknown item")
  }

  private static func sameID(_ world: StoreWorld<any QueueStore>) async throws {
    let first = try await world.enqueue("a")
    let second = try await world.enqueue("a")
    try expect(second.isDuplicate, "the second is no duplicate")
    try expectEqual(second.item.sequence, first.item.sequence, "the item")
    try await expectEqual(world.counts().unfinished, 1, "items")
    let both = try await world.store.enqueue([world.draft("b"), world.draft("b")], bound: QueueBound())
    try expectEqual(both.map(\.isDuplicate), [false, true], "twice in one batch")
  }

  private static func sameKey(_ world: StoreWorld<any QueueStore>) async throws {
    let first = try await world.enqueue("a", once: "\u{e9}")
    let second = try await world.enqueue("b", once: "\u{e9}")
    try expect(second.isDuplicate, "the second is no duplicate")
    try expectEqual(second.item.id, first.item.id, "the item")
    try await expectEqual(world.enqueue("c", once: "e\u{301}").isDuplicate, false, "other bytes")
    var other = world.draft("d", once: "\u{e9}")
    other.queue = world.name("other queue")
    try await expectEqual(
      world.store.enqueue([other], bound: QueueBound()).map(\.isDuplicate), [false], "another queue")
    let claims = try await world.claim()
    try expectEqual(claims.map(\.item.id), ["a", "c"].map(world.name), "what is claimed")
    try await expectEqual(world.enqueue("e", once: "\u{e9}").isDuplicate, true, "while it is claimed")
  }

  private static func remembers(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a", once: "key")
    let claim = try unwrap(await world.claim().first, "the claim")
    try await world.settle(claim, .completed(remember: world.unit * 3, note: "status 201"))
    let again = try await world.enqueue("b", once: "key")
    try expect(again.isDuplicate && again.item.state == .completed, "a completed key: \(again)")
    try expectEqual(again.item.note, "status 201", "the note of the result")
    try expectEqual(again.item.payload, [], "the payload of what is done")
    try await expectEqual(world.claim(), [], "what is claimed")
    try await world.pass(units: 3)
    try await expectEqual(world.store.item(withID: claim.item.id), nil, "the forgotten item")
    try await expectEqual(world.enqueue("b", once: "key").isDuplicate, false, "a forgotten key")
    try await expectEqual(world.claim().map(\.item.id), [world.name("b")], "what is claimed")
    try await world.enqueue("c")
    try await world.settle(try unwrap(await world.claim().first, "c"), .completed(remember: .zero, note: nil))
    try await expectEqual(world.store.item(withID: world.name("c")), nil, "what is not to be remembered")
    try await world.store.removeExpired(limit: 100)
    try await expectEqual(world.counts().completed, 0, "completed items after all are forgotten")
  }

  private static func deadKey(_ world: StoreWorld<any QueueStore>) async throws {
    try await world.enqueue("a", once: "key")
    try await world.settle(try unwrap(await world.claim().first, "the claim"), .dead(reason: "no"))
    let again = try await world.enqueue("b", once: "key")
    try expect(again.isDuplicate && again.item.state == .dead, "the key of a dead letter: \(again)")
    _ = try await world.store.purge(world.name("a"))
    try await expectEqual(world.enqueue("b", once: "key").isDuplicate, false, "a purged key")
  }

  private static func foundByKey(_ world: StoreWorld<any QueueStore>) async throws {
    try await expectEqual(world.known("\u{e9}"), nil, "an unknown key")
    let first = try await world.enqueue("a", once: "\u{e9}").item
    try await expectEqual(world.known("\u{e9}"), first, "the item that waits")
    try await expectEqual(world.known("e\u{301}"), nil, "other bytes")
    try await expectEqual(
      world.store.item(of: world.name("other queue"), withIdempotencyKey: "\u{e9}"), nil, "another queue")
    let claim = try unwrap(await world.claim().first, "the claim")
    try await expectEqual(world.known("\u{e9}")?.state, .claimed, "while somebody works on it")
    try await world.settle(claim, .completed(remember: world.unit * 3, note: "status 201"))
    let done = try unwrap(await world.known("\u{e9}"), "the item that is done")
    try expect(done.id == first.id && done.state == .completed && done.note == "status 201", "what is done: \(done)")
    try await world.pass(units: 3)
    try await expectEqual(world.known("\u{e9}"), nil, "after the retention")
    try await world.enqueue("b", once: "key")
    try await world.settle(try unwrap(await world.claim().first, "the claim"), .dead(reason: "no"))
    try await expectEqual(world.known("key")?.state, .dead, "a dead letter")
    _ = try await world.store.purge(world.name("b"))
    try await expectEqual(world.known("key"), nil, "a purged key")
  }

  private static func oneOfMany(_ world: StoreWorld<any QueueStore>) async throws {
    let receipts = try await withThrowingTaskGroup(of: QueueReceipt.self) { group in
      for number in 0..<20 { group.addTask { try await world.enqueue("a\(number)", once: "key") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try expectEqual(receipts.count { !$0.isDuplicate }, 1, "items enqueued")
    try expectEqual(Set(receipts.map(\.item.id)).count, 1, "ids told")
    try await expectEqual(world.counts().unfinished, 1, "items")
  }

  private static func delays(_ world: StoreWorld<any QueueStore>) async throws {
    var draft = world.draft("a")
    draft.delay = world.unit * 2
    _ = try await world.store.enqueue([draft], bound: QueueBound())
    try await expectEqual(world.claim(), [], "what is due")
    let next = try unwrap(await world.store.nextDue(in: world.queue), "the next time")
    try expect(next > .zero && next <= world.unit * 2, "due in \(next)")
    try await world.pass(units: 2)
    try await expectEqual(world.store.nextDue(in: world.queue), .zero, "the next time")
    try await expectEqual(world.claim().count, 1, "what is due")
  }

  private static func boundsItems(_ world: StoreWorld<any QueueStore>) async throws {
    let bound = QueueBound(items: 3)
    _ = try await world.store.enqueue([world.draft("a"), world.draft("b")], bound: bound)
    let failure = try await expectFailure(.full, "two more") {
      try await world.store.enqueue([world.draft("c"), world.draft("d")], bound: bound)
    }
    try expect(failure.detail.contains(world.queue), "the error does not name the queue: \(failure)")
    try await expectEqual(world.counts().unfinished, 2, "items after a refused batch")
    try await expectEqual(world.store.item(withID: world.name("c")), nil, "an item of a refused batch")
    _ = try await world.store.enqueue([world.draft("c")], bound: bound)
    try await expectEqual(
      world.store.enqueue([world.draft("c")], bound: bound).map(\.isDuplicate), [true], "a duplicate in a full queue")
    let claims = try await world.claim()
    try await world.settle(claims[0], .dead(reason: "no"))
    try await expectFailure(.full, "one more beside a dead letter") {
      try await world.store.enqueue([world.draft("d")], bound: bound)
    }
    try await world.settle(claims[1], .completed(remember: world.unit * 100, note: nil))
    _ = try await world.store.enqueue([world.draft("d")], bound: bound)
    var other = world.draft("e")
    other.queue = world.name("other queue")
    _ = try await world.store.enqueue([other], bound: bound)
  }

  private static func boundsBytes(_ world: StoreWorld<any QueueStore>) async throws {
    var draft = world.draft("a")
    draft.payload = [UInt8](repeating: 1, count: 60)
    draft.metadata = ["name": "123456"]
    _ = try await world.store.enqueue([draft], bound: QueueBound(bytes: 70))
    try await expectEqual(world.counts().bytes, 70, "bytes")
    var second = world.draft("b")
    second.payload = [1]
    try await expectFailure(.full, "one more byte") {
      try await world.store.enqueue([second], bound: QueueBound(bytes: 70))
    }
    let claim = try unwrap(await world.claim().first, "the claim")
    try await world.settle(claim, .completed(remember: world.unit * 100, note: nil))
    try await expectEqual(world.counts().bytes, 0, "bytes")
    _ = try await world.store.enqueue([second], bound: QueueBound(bytes: 70))
  }

  private static func boundsMany(_ world: StoreWorld<any QueueStore>) async throws {
    let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<30 {
        group.addTask {
          do {
            return try await world.store.enqueue([world.draft("a\(number)")], bound: QueueBound(items: 10)).count
          } catch let failure as StoreFailure where failure.kind == .full { return 0 }
        }
      }
      return try await group.reduce(0, +)
    }
    try expectEqual(accepted, 10, "items accepted")
    try await expectEqual(world.counts().unfinished, 10, "items")
  }

  private static func refuses(_ world: StoreWorld<any QueueStore>) async throws {
    let long = String(repeating: "x", count: 513)
    for change: @Sendable (inout QueueDraft) -> Void in [
      { $0.id = "" }, { $0.queue = "" }, { $0.orderingKey = "" }, { $0.idempotencyKey = long }, { $0.id = "a\u{0}" },
      { $0.metadata = ["a": String(repeating: "x", count: StoreRules.largestMetadata)] },
      { $0.payload = [UInt8](repeating: 0, count: StoreRules.largestValue + 1) },
    ] {
      var draft = world.draft("a")
      change(&draft)
      try await expectFailure(.invalid, "a wrong draft") {
        try await world.store.enqueue([draft], bound: QueueBound())
      }
    }
    try await expectFailure(.invalid, "a lease of 0") {
      try await world.store.claim(from: world.queue, limit: 1, lease: .zero, owner: "ada")
    }
    try await expectEqual(world.counts().unfinished, 0, "items")
  }

  private static func counts(_ world: StoreWorld<any QueueStore>) async throws {
    try await expectEqual(world.counts(), QueueCounts(), "a queue that nobody has used")
    try await expectEqual(world.store.nextDue(in: world.queue), nil, "the next time of an empty queue")
    for (name, key) in [("a", "k"), ("b", "k"), ("c", "k"), ("d", nil), ("e", nil)] {
      try await world.enqueue(name, key: key)
    }
    let claims = try await world.claim(2)
    try expectEqual(claims.map(\.item.id), ["a", "d"].map(world.name), "what is claimed")
    try await world.settle(claims[1], .dead(reason: "no"))
    let counts = try await world.counts()
    try expectEqual(
      [counts.waiting, counts.blocked, counts.claimed, counts.dead, counts.pending, counts.unfinished],
      [1, 2, 1, 1, 4, 5], "waiting, blocked, claimed, dead, pending, unfinished")
    try expect(counts.oldestDue != nil, "the queue does not say since when it waits")
    try await expectEqual(world.store.position(ofItem: world.name("c")), 3, "the position of c")
    try await expectEqual(world.store.position(ofItem: world.name("e")), 4, "the position of e")
    try await expectEqual(world.store.position(ofItem: world.name("d")), nil, "the position of a dead letter")
    try await expectEqual(world.enqueue("f").position, 5, "the position of a new item")
    try await expect(world.store.queues().contains(world.queue), "the queue is not listed")
  }

  private static func survives(_ world: StoreWorld<any QueueStore>) async throws {
    guard let reopen = world.reopen else { return }
    for number in 0..<20 { try await world.enqueue("a\(number)", key: "k\(number % 4)", once: "o\(number)") }
    let claims = try await world.claim(2, units: 1)
    try await world.settle(claims[0], .completed(remember: world.unit * 1000, note: nil))
    let again = try await reopen()
    try await expectEqual(
      again.enqueue([world.draft("x", once: "o0")], bound: QueueBound()).map(\.isDuplicate), [true],
      "the key of a completed item after a crash")
    try await world.pass(units: 1)
    var done: [String] = []
    while true {
      let claims = try await again.claim(from: world.queue, limit: 3, lease: world.unit * 100, owner: "bob")
      if claims.isEmpty { break }
      done += claims.map(\.item.id)
      _ = try await again.settle(claims.map { QueueSettlement($0, .completed(remember: .zero, note: nil)) })
    }
    try expectEqual(done.count, 19, "items done after a crash")
    for line in 0..<4 {
      let expected = stride(from: line, to: 20, by: 4).filter { $0 != 0 }.map { world.name("a\($0)") }
      try expectEqual(done.filter(Set(expected).contains), expected, "the order of key k\(line) after a crash")
    }
    let failed = try await again.settle([QueueSettlement(claims[1], .completed(remember: .zero, note: nil))])
    try expectEqual(failed, [false], "settling a claim from before the crash")
  }
}
