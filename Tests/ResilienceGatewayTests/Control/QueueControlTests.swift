import ResilienceConfiguration
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

@Suite struct QueueControlTests {
  private struct Bench {
    let store: StumblingQueueStore
    let audit = InMemoryControlStore()
    let plane: GatewayControlPlane

    init(_ store: StumblingQueueStore) throws {
      let dependencies = try Dependencies("api:\n  url: http://10.0.0.7:8443")
      self.store = store
      self.plane = GatewayControlPlane(
        service: "shop",
        table: DependencyTable(GatewaySettings(ServiceConfiguration(), viaName: "bench"), dependencies.all),
        metrics: dependencies.metrics, store: self.audit, feed: dependencies.feed,
        queues: GatewayQueues(
          store: store, encryptionKey: nil, feed: dependencies.feed, metrics: dependencies.metrics))
    }

    /// What the audit says was done, newest first.
    func after() async throws -> [String] { try await self.audit.recentAudit(limit: 100).map(\.after) }
  }

  @Test("R5.3 pages over all queues show every item once, in the order of enqueuing")
  func pages() async throws {
    let bench = try Bench(StumblingQueueStore())
    try await bench.store.fill(["b", "a", "b", "a", "c"])
    var seen: [String] = []
    var last: Int64 = 0
    while seen.count < 10 {
      let page = try await bench.plane.queueItems(of: nil, in: .dead, after: last, limit: 1)
      guard let item = page.last else { break }
      seen += page.map(\.id)
      last = item.sequence
    }
    #expect(seen == (0..<5).map { "item-\($0)" })
  }

  @Test("R5.3 a replay of all that fails half-way says how far it came, to the operator and in the audit")
  func partialReplay() async throws {
    // Queue a takes two steps, one that finds its letters and one that finds no more; then b fails.
    let bench = try Bench(StumblingQueueStore(failingStep: 3))
    try await bench.store.fill(["a", "a", "b"])
    let stopped = ControlFailure.queueStopped(after: 2, done: "replayed", because: StumblingQueueStore.failure)
    await #expect(throws: stopped) {
      try await bench.plane.replayDeadLetters(ofQueue: nil, reason: "again", actor: "eva")
    }
    let lines = try await bench.after()
    #expect(lines == ["not done: The disk is full.", "waiting", "waiting"])
    let other = try Bench(StumblingQueueStore(failingStep: 3))
    try await other.store.fill(Array(repeating: "a", count: 450))
    await #expect(
      throws: ControlFailure.queueStopped(after: 400, done: "replayed", because: StumblingQueueStore.failure)
    ) {
      try await other.plane.replayDeadLetters(ofQueue: "a", reason: "again", actor: "eva")
    }
    let first = try await other.after().first
    #expect(first == "400 replayed, then: The disk is full.")
  }

  @Test("R5.3 a purge of all dead letters goes step by step, and one that fails half-way says how far it came")
  func partialPurge() async throws {
    let bench = try Bench(StumblingQueueStore(failingStep: 3))
    try await bench.store.fill(Array(repeating: "a", count: 1_100))
    await #expect(
      throws: ControlFailure.queueStopped(after: 1_000, done: "removed", because: StumblingQueueStore.failure)
    ) {
      try await bench.plane.purgeDeadLetters(ofQueue: "a", reason: "enough", actor: "eva")
    }
    let first = try await bench.after().first
    #expect(first == "1000 removed, then: The disk is full.")
    let removed = try await bench.plane.purgeDeadLetters(ofQueue: "a", reason: "enough", actor: "eva")
    let counts = try await bench.store.counts(of: "a")
    #expect(removed == 100 && counts.dead == 0)
  }

  @Test("R5.3 what dies between the look and the replay is not replayed without a line in the audit")
  func diesMeanwhile() async throws {
    let bench = try Bench(StumblingQueueStore(showsDeadAsWaiting: true))
    try await bench.store.fill(["a"])
    let failure = await #expect(throws: ControlFailure.self) {
      try await bench.plane.replayQueueItem("item-0", reason: "again", actor: "eva")
    }
    guard case .queue(let refusal)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(refusal.kind == .conflict)
    let item = try await bench.store.inner.item(withID: "item-0")
    let lines = try await bench.after()
    #expect(item?.state == .dead && lines.isEmpty)
  }
}
