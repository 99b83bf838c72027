import ResilienceInterfaces

/// A store in memory that fails with one of its long lists or purges, and may show what is not so any more.
struct StumblingQueueStore: QueueStore {
  static let failure = StoreFailure(.diskFull, store: "test", detail: "The disk is full.", remedy: "Make room.")

  let inner = InMemoryQueueStore()
  private let steps = Shared(0)
  private let failingStep: Int
  private let showsDeadAsWaiting: Bool

  /// Fails with a step, counted from 1; 0 for none.
  init(failingStep: Int = 0, showsDeadAsWaiting: Bool = false) {
    self.failingStep = failingStep
    self.showsDeadAsWaiting = showsDeadAsWaiting
  }

  private func step() throws(StoreFailure) {
    self.steps.change { $0 += 1 }
    if self.steps.value == self.failingStep { throw Self.failure }
  }

  /// So many dead letters, one queue each after the other.
  func fill(_ queues: [String]) async throws(StoreFailure) {
    var drafts: [QueueDraft] = []
    for (number, queue) in queues.enumerated() {
      var draft = QueueDraft(id: "item-\(number)", queue: queue, payload: [1])
      draft.deadReason = "nobody wants it"
      drafts.append(draft)
    }
    _ = try await self.inner.enqueue(drafts, bound: QueueBound())
  }

  func item(withID id: String) async throws(StoreFailure) -> QueueItem? {
    guard let item = try await self.inner.item(withID: id), self.showsDeadAsWaiting else {
      return try await self.inner.item(withID: id)
    }
    return QueueItem(
      id: item.id, queue: item.queue, sequence: item.sequence, state: .waiting, payload: item.payload,
      metadata: item.metadata, orderingKey: item.orderingKey, ordering: item.ordering,
      idempotencyKey: item.idempotencyKey, attempts: item.attempts, enqueued: item.enqueued, due: item.due, note: nil)
  }

  func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    try self.step()
    return try await self.inner.items(of: queue, in: state, after: sequence, limit: limit)
  }

  func purge(queue: String, state: QueueItem.State, limit: Int) async throws(StoreFailure) -> Int {
    try self.step()
    return try await self.inner.purge(queue: queue, state: state, limit: limit)
  }

  // MARK: As it is

  func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    try await self.inner.enqueue(drafts, bound: bound)
  }

  func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim] {
    try await self.inner.claim(from: queue, limit: limit, lease: lease, owner: owner)
  }

  func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim {
    try await self.inner.renew(claim, lease: lease)
  }

  func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool] {
    try await self.inner.settle(settlements)
  }

  func position(ofItem id: String) async throws(StoreFailure) -> Int? { try await self.inner.position(ofItem: id) }

  func counts(of queue: String) async throws(StoreFailure) -> QueueCounts { try await self.inner.counts(of: queue) }

  func queues() async throws(StoreFailure) -> [String] { try await self.inner.queues() }

  func nextDue(in queue: String) async throws(StoreFailure) -> Duration? { try await self.inner.nextDue(in: queue) }

  func replay(_ id: String) async throws(StoreFailure) -> QueueItem { try await self.inner.replay(id) }

  func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    try await self.inner.item(of: queue, withIdempotencyKey: key)
  }

  func purge(_ id: String) async throws(StoreFailure) -> QueueItem { try await self.inner.purge(id) }

  func removeExpired(limit: Int) async throws(StoreFailure) -> Int { try await self.inner.removeExpired(limit: limit) }
}
