import Resilience
import ResilienceInterfaces
import ResilienceSimulation

/// A store behind a bad line: requests get lost before they arrive, and answers after they were carried out.
///
/// As with a server's client, a cancelled task's calls end at once.
final class UnreliableStore: QueueStore {
  private let inner: any QueueStore
  private let runtime: Runtime
  private let loss: Double
  private let isCut = Lock(false)
  private let failures = Lock(0)
  private let sizes = Lock<[Int]>([])

  init(_ inner: any QueueStore, runtime: Runtime, loss: Double) {
    self.inner = inner
    self.runtime = runtime
    self.loss = loss
  }

  /// From now on nothing gets through: its process is dead.
  func cut() { self.isCut.withLock { $0 = true } }

  /// The next time that somebody asks when something is due, nothing gets through.
  func failNextDue() { self.failures.withLock { $0 += 1 } }

  /// How many were settled with each call.
  var settled: [Int] { self.sizes.withLock { $0 } }

  private func send<Value: Sendable>(
    _ body: () async throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> Value {
    try await self.line()
    let value = try await body()
    try await self.line()
    return value
  }

  private func line() async throws(StoreFailure) {
    let isCut = self.isCut.withLock { $0 }
    if !isCut { try? await self.runtime.sleep(for: .milliseconds(Int64(self.runtime.random() % 5))) }
    if Task.isCancelled {
      throw StoreFailure(.cancelled, store: "test", detail: "The caller was cancelled.", remedy: "None.")
    }
    let isLost = Double(self.runtime.random() >> 11) * 0x1p-53 < self.loss
    if isLost || self.isCut.withLock({ $0 }) { throw Self.unreachable }
  }

  private static let unreachable = StoreFailure(
    .unreachable, store: "test", detail: "The line is cut.", remedy: "Try again.")

  func enqueue(_ drafts: [QueueDraft], bound: QueueBound) async throws(StoreFailure) -> [QueueReceipt] {
    try await self.send { () async throws(StoreFailure) in try await self.inner.enqueue(drafts, bound: bound) }
  }
  func claim(
    from queue: String, limit: Int, lease: Duration, owner: String
  ) async throws(StoreFailure) -> [QueueClaim] {
    try await self.send { () async throws(StoreFailure) in
      try await self.inner.claim(from: queue, limit: limit, lease: lease, owner: owner)
    }
  }
  func renew(_ claim: QueueClaim, lease: Duration) async throws(StoreFailure) -> QueueClaim {
    try await self.send { () async throws(StoreFailure) in try await self.inner.renew(claim, lease: lease) }
  }
  func settle(_ settlements: [QueueSettlement]) async throws(StoreFailure) -> [Bool] {
    self.sizes.withLock { $0.append(settlements.count) }
    return try await self.send { () async throws(StoreFailure) in try await self.inner.settle(settlements) }
  }
  func item(withID id: String) async throws(StoreFailure) -> QueueItem? { try await self.inner.item(withID: id) }
  func item(of queue: String, withIdempotencyKey key: String) async throws(StoreFailure) -> QueueItem? {
    try await self.inner.item(of: queue, withIdempotencyKey: key)
  }
  func position(ofItem id: String) async throws(StoreFailure) -> Int? { try await self.inner.position(ofItem: id) }
  func items(
    of queue: String, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(StoreFailure) -> [QueueItem] {
    try await self.inner.items(of: queue, in: state, after: sequence, limit: limit)
  }
  func counts(of queue: String) async throws(StoreFailure) -> QueueCounts { try await self.inner.counts(of: queue) }
  func queues() async throws(StoreFailure) -> [String] { try await self.inner.queues() }
  func nextDue(in queue: String) async throws(StoreFailure) -> Duration? {
    let fails = self.failures.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if fails { throw Self.unreachable }
    return try await self.inner.nextDue(in: queue)
  }
  func replay(_ id: String) async throws(StoreFailure) -> QueueItem { try await self.inner.replay(id) }
  func purge(_ id: String) async throws(StoreFailure) -> QueueItem { try await self.inner.purge(id) }
  func purge(queue: String, state: QueueItem.State, limit: Int) async throws(StoreFailure) -> Int {
    try await self.inner.purge(queue: queue, state: state, limit: limit)
  }
  func removeExpired(limit: Int) async throws(StoreFailure) -> Int { try await self.inner.removeExpired(limit: limit) }
}
