internal import Resilience
public import ResilienceInterfaces

/// Keeps queues in a Redis or Valkey, shared by all instances that use the same prefix.
///
/// What "nothing is lost" means is the server's setting: with `appendonly yes` and `appendfsync always` an item whose
/// `enqueue` has returned is on the server's disk; with `everysec` the last second can be lost when the machine fails
/// (not when the server process does); `RedisStartupCheck` tells which. A replica that takes over may lack the latest
/// writes. Delays and claims count by the server's clock. Every step is one script, so that nobody sees it half done.
/// Cost: one round trip a call, O(log n) on the server, positions included.
public final class RedisQueueStore: QueueStore {
  private let space: RedisSpace

  /// Makes a store whose keys begin with a prefix.
  public init(_ client: RedisClient, prefix: String = "resilience:") {
    self.space = RedisSpace(client: client, prefix: prefix)
  }

  /// Puts items into queues, all of them or none.
  public func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    for draft in drafts { try StoreRules.check(draft, store: self.space.store) }
    guard !drafts.isEmpty else { return [] }
    let words = drafts.flatMap(QueueItemText.words)
    let answer = try await self.space.run(
      QueueScripts.enqueue, [.integer(Int64(bound.items)), .integer(bound.bytes)] + words)
    guard let parts = answer.elements, let outcome = parts.first?.text else { throw self.unreadable }
    if outcome == "full" { throw try self.full(parts, bound) }
    guard parts.count == drafts.count + 1 else { throw self.unreadable }
    var receipts: [QueueReceipt] = []
    for (draft, part) in zip(drafts, parts.dropFirst()) { receipts.append(try self.receipt(draft, part)) }
    return receipts
  }

  private func receipt(_ draft: QueueDraft, _ value: RESPValue) throws(StoreFailure) -> QueueReceipt {
    guard let parts = value.elements, let isNew = parts.first?.integer else { throw self.unreadable }
    if isNew == 0, parts.count == 2 {
      return QueueReceipt(item: try self.item(parts[1]), isDuplicate: true, position: nil)
    }
    guard parts.count == 6, let position = parts[1].integer, let sequence = parts[2].integer,
      let state = parts[3].text.flatMap(QueueItem.State.init), let enqueued = parts[4].integer,
      let due = parts[5].integer
    else { throw self.unreadable }
    let item = QueueItem(
      id: draft.id, queue: draft.queue, sequence: sequence, state: state, payload: draft.payload,
      metadata: draft.metadata, orderingKey: draft.orderingKey, ordering: draft.ordering,
      idempotencyKey: draft.idempotencyKey, attempts: 0, enqueued: enqueued, due: due,
      note: StoreRules.note(draft.deadReason))
    return QueueReceipt(item: item, isDuplicate: false, position: state == .dead ? nil : Int(position))
  }

  private func full(_ parts: [RESPValue], _ bound: QueueBound) throws(StoreFailure) -> StoreFailure {
    guard parts.count == 8, let queue = parts[1].text else { throw self.unreadable }
    let numbers = try self.space.integers(.array(Array(parts[2...])), "The counts of a queue")
    return bound.failure(queue: queue, store: self.space.store, counts: Self.counts(numbers))
  }

  private static func counts(_ numbers: [Int64]) -> QueueCounts {
    QueueCounts(
      waiting: Int(numbers[0]), blocked: Int(numbers[1]), claimed: Int(numbers[2]), dead: Int(numbers[3]),
      completed: Int(numbers[4]), bytes: numbers[5])
  }

  /// Takes items that are due; of large ones fewer than asked for.
  public func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim] {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: self.space.store)
    let answer = try await self.space.run(
      QueueScripts.claim,
      [
        .text(queue), .integer(Int64(max(0, min(limit, 10_000)))), .integer(length), .text(QueueItem.leaseEndedNote),
      ])
    guard let parts = answer.elements, parts.count.isMultiple(of: 2) else { throw self.unreadable }
    var claims: [QueueClaim] = []
    for index in stride(from: 0, to: parts.count, by: 2) {
      guard let token = parts[index].integer else { throw self.unreadable }
      claims.append(QueueClaim(item: try self.item(parts[index + 1]), token: token))
    }
    return claims
  }

  /// Lengthens a claim.
  public func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim {
    let length = try StoreRules.milliseconds(lease, named: "lease", store: self.space.store)
    let answer = try await self.space.run(
      QueueScripts.renew, [.text(claim.item.id), .integer(claim.token), .integer(length)])
    if answer.isNull { throw claim.lost(store: self.space.store) }
    return QueueClaim(item: try self.item(answer), token: claim.token)
  }

  /// Settles claims in one step.
  public func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool] {
    guard !settlements.isEmpty else { return [] }
    let isRepeatable = settlements.allSatisfy { settlement in
      if case .completed = settlement.outcome { true } else { false }
    }
    let answer = try await self.space.run(
      isRepeatable ? QueueScripts.complete : QueueScripts.settle, settlements.flatMap(QueueItemText.words))
    return try self.space.integers(answer, "What was settled").map { $0 == 1 }
  }

  /// An item by its id.
  public func item(withID id: String) async throws(StoreFailure) -> QueueItem? {
    let answer = try await self.space.run(QueueScripts.look, [.text(id)])
    return answer.isNull ? nil : try self.item(answer)
  }

  /// The item that an idempotency key stands for.
  public func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    let answer = try await self.space.run(QueueScripts.lookByKey, [.text(queue), .text(key)])
    return answer.isNull ? nil : try self.item(answer)
  }

  /// An item's place in its queue.
  public func position(ofItem id: String) async throws(StoreFailure) -> Int? {
    try await self.space.run(QueueScripts.position, [.text(id)]).integer.map(Int.init)
  }

  /// Items of a queue in one state.
  public func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    var items: [QueueItem] = []
    var last = sequence
    while items.count < limit {
      let answer = try await self.space.run(
        QueueScripts.list,
        [.text(queue), .text(state.rawValue), .integer(last), .integer(Int64(min(limit - items.count, 500)))])
      guard let parts = answer.elements, parts.count == 2, let found = parts[0].elements else {
        throw self.unreadable
      }
      for value in found { items.append(try self.item(value)) }
      guard let next = parts[1].integer else { break }
      last = next
    }
    return items
  }

  /// How much a queue holds.
  public func counts(of queue: String) async throws(StoreFailure) -> QueueCounts {
    let answer = try await self.space.run(QueueScripts.counts, [.text(queue)])
    guard let parts = answer.elements, parts.count == 7 else { throw self.unreadable }
    var counts = Self.counts(try self.space.integers(.array(Array(parts[..<6])), "The counts of a queue"))
    counts.oldestDue = parts[6].integer
    return counts
  }

  /// The names of the queues that hold anything.
  public func queues() async throws(StoreFailure) -> [String] {
    guard let names = try await self.space.run(QueueScripts.queues).elements else { throw self.unreadable }
    return names.compactMap(\.text)
  }

  /// After how long a claim may find something.
  public func nextDue(in queue: String) async throws(StoreFailure) -> Duration? {
    try await self.space.run(QueueScripts.nextDue, [.text(queue)]).integer.map { .milliseconds($0) }
  }

  /// Makes a dead letter due again.
  public func replay(_ id: String) async throws(StoreFailure) -> QueueItem {
    try await self.changed(QueueScripts.replay, id, "replayed")
  }

  /// Removes an item for good.
  public func purge(_ id: String) async throws(StoreFailure) -> QueueItem {
    try await self.changed(QueueScripts.purge, id, "purged")
  }

  private func changed(_ script: RedisScript, _ id: String, _ action: String) async throws(StoreFailure) -> QueueItem {
    let answer = try await self.space.run(script, [.text(id)])
    if answer.isNull { throw QueueItem.unknown(id, store: self.space.store) }
    guard let parts = answer.elements, parts.count == 2 else { throw self.unreadable }
    let item = try self.item(parts[1])
    guard parts[0].integer == 1 else { throw item.refusal(of: action, store: self.space.store) }
    return item
  }

  /// Removes items of a queue in one state for good.
  @discardableResult
  public func purge(
    queue: String, state: QueueItem.State, limit: Int
  ) async throws(StoreFailure) -> Int {
    guard state != .claimed else { throw QueueItem.claimedCannotBePurged(queue: queue, store: self.space.store) }
    return try await self.removed(limit) { step in
      (QueueScripts.purgeState, [.text(queue), .text(state.rawValue), .integer(step)])
    }
  }

  /// Forgets completed items whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    try await self.removed(limit) { (QueueScripts.removeExpired, [.integer($0)]) }
  }

  /// In steps, so that the server answers others in between.
  private func removed(
    _ limit: Int, _ step: (Int64) -> (RedisScript, [RedisArgument])
  ) async throws(StoreFailure) -> Int {
    var count = 0
    while count < limit {
      let size = min(limit - count, 500)
      let (script, words) = step(Int64(size))
      let removed = try self.space.integer(try await self.space.run(script, words), "A count")
      count += Int(removed)
      if removed < size { break }
    }
    return count
  }

  /// An element whenever somebody has enqueued something, over a connection of its own.
  public func hints(for queue: String) -> AsyncStream<Void>? { self.space.hints("hint:" + queue) }

  private var unreadable: StoreFailure { self.space.unreadable("What the queue holds") }

  private func item(_ value: RESPValue) throws(StoreFailure) -> QueueItem {
    guard let fields = value.elements, let item = QueueItemText.item(fields) else { throw self.unreadable }
    return item
  }
}
