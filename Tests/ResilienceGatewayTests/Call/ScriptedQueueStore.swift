import ResilienceInterfaces

/// A store in memory that says and refuses what a test wants.
final class ScriptedQueueStore: QueueStore {
  /// What it says; nil everywhere: what is so.
  struct Script: Sendable {
    var counts: Result<QueueCounts, StoreFailure>?
    var refusal: StoreFailure?
    var lookUp: StoreFailure?
  }

  static let silence = StoreFailure(
    .timedOut, store: "test", detail: "The server does not answer.", remedy: "Look at the server.")
  static let full = StoreFailure(.full, store: "test", detail: "The queue is full.", remedy: "Come back later.")

  private let inner = InMemoryQueueStore()
  private let script = Shared(Script())

  /// Changes what it says from now on.
  func say(_ change: (inout Script) -> Void) { self.script.change(change) }

  func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    if let refusal = self.script.value.refusal { throw refusal }
    return try await self.inner.enqueue(drafts, bound: bound)
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
  func item(withID id: String) async throws(StoreFailure) -> QueueItem? { try await self.inner.item(withID: id) }
  func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    if let failure = self.script.value.lookUp { throw failure }
    return try await self.inner.item(of: queue, withIdempotencyKey: key)
  }
  func position(ofItem id: String) async throws(StoreFailure) -> Int? { try await self.inner.position(ofItem: id) }
  func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    try await self.inner.items(of: queue, in: state, after: sequence, limit: limit)
  }
  func counts(of queue: String) async throws(StoreFailure) -> QueueCounts {
    if let counts = self.script.value.counts { return try counts.get() }
    return try await self.inner.counts(of: queue)
  }
  func queues() async throws(StoreFailure) -> [String] { try await self.inner.queues() }
  func nextDue(in queue: String) async throws(StoreFailure) -> Duration? { try await self.inner.nextDue(in: queue) }
  func replay(_ id: String) async throws(StoreFailure) -> QueueItem { try await self.inner.replay(id) }
  func purge(_ id: String) async throws(StoreFailure) -> QueueItem { try await self.inner.purge(id) }
  func purge(queue: String, state: QueueItem.State, limit: Int) async throws(StoreFailure) -> Int {
    try await self.inner.purge(queue: queue, state: state, limit: limit)
  }
  func removeExpired(limit: Int) async throws(StoreFailure) -> Int { try await self.inner.removeExpired(limit: limit) }
}
