internal import ResilienceInterfaces

extension StoreWorld<any QueueStore> {
  /// The queue of most checks.
  var queue: String { self.name("queue") }

  func draft(_ id: String, key: String? = nil, once: String? = nil) -> QueueDraft {
    QueueDraft(
      id: self.name(id), queue: self.queue, payload: Array(id.utf8), orderingKey: key, idempotencyKey: once)
  }

  @discardableResult
  func enqueue(
    _ id: String, key: String? = nil, once: String? = nil, ordering: QueueOrdering = .untilDead
  ) async throws -> QueueReceipt {
    var draft = self.draft(id, key: key, once: once)
    draft.ordering = ordering
    return try unwrap(await self.store.enqueue([draft], bound: QueueBound()).first, "a receipt for \(id)")
  }

  func claim(_ limit: Int = 100, units: Int = 100) async throws -> [QueueClaim] {
    try await self.store.claim(from: self.queue, limit: limit, lease: self.unit * units, owner: "ada")
  }

  func settle(_ claim: QueueClaim, _ outcome: QueueSettlement.Outcome, line: Int = #line) async throws {
    try await expectEqual(self.store.settle([QueueSettlement(claim, outcome)]), [true], "settling", line: line)
  }

  /// The item that an idempotency key stands for.
  func known(_ key: String) async throws -> QueueItem? {
    try await self.store.item(of: self.queue, withIdempotencyKey: key)
  }

  func counts() async throws -> QueueCounts { try await self.store.counts(of: self.queue) }

  /// The ids, without the prefix, of what can be claimed now.
  func claimedNames(_ limit: Int = 100) async throws -> [String] {
    try await self.claim(limit).map { String($0.item.id.dropFirst(self.prefix.count + 1)) }
  }
}
