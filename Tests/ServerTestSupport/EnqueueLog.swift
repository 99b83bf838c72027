internal import Resilience
package import ResilienceInterfaces

/// What became of enqueuing under trouble.
package final class EnqueueLog: Sendable {
  private struct State {
    var isOver = false
    var acknowledged: Set<String> = []
    var failures: [StoreFailure.Kind: Int] = [:]
  }

  private let state = Lock(State())

  /// Makes a log of nothing.
  package init() {}

  /// The ids of the items that the store has acknowledged.
  package var acknowledged: Set<String> { self.state.withLock { $0.acknowledged } }
  /// How often enqueuing failed, by the kind of failure.
  package var failures: [StoreFailure.Kind: Int] { self.state.withLock { $0.failures } }
  /// How often enqueuing failed.
  package var failed: Int { self.failures.values.reduce(0, +) }

  /// Enqueues from four callers until the body has ended.
  package func enqueue(
    to store: any QueueStore, during body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 { group.addTask { await self.work(worker, store) } }
      group.addTask {
        defer { self.state.withLock { $0.isOver = true } }
        try await body()
      }
      try await group.waitForAll()
    }
  }

  private func work(_ worker: Int, _ store: any QueueStore) async {
    var number = 0
    while !self.state.withLock({ $0.isOver }) {
      let id = "\(worker)-\(number)"
      number += 1
      let draft = QueueDraft(id: id, queue: "q", payload: Array(id.utf8), orderingKey: "key \(worker)")
      do throws(StoreFailure) {
        _ = try await store.enqueue([draft], bound: QueueBound())
        self.state.withLock { _ = $0.acknowledged.insert(id) }
      } catch {
        self.state.withLock { $0.failures[error.kind, default: 0] += 1 }
        try? await Runtime.live.sleep(for: .milliseconds(5))
      }
    }
  }

  /// Waits until so many more were acknowledged.
  package func progress(_ count: Int) async throws {
    let before = self.acknowledged.count
    try await eventually("work goes on; \(self.failures)") { self.acknowledged.count >= before + count }
  }

  /// Takes every item that is there, and says what is wrong: lost, there twice, out of the order of their key.
  package func problems(in store: any QueueStore) async throws -> [String] {
    var found: [String] = []
    while true {
      let claims = try await store.claim(from: "q", limit: 100, lease: .seconds(600), owner: "test")
      if claims.isEmpty { break }
      found += claims.map(\.item.id)
      _ = try await store.settle(claims.map { QueueSettlement($0, .completed(remember: .zero, note: nil)) })
    }
    var problems = self.acknowledged.subtracting(found).sorted().map { "\($0) is lost" }
    if Set(found).count != found.count { problems.append("\(found.count - Set(found).count) are there twice") }
    for worker in 0..<4 {
      let numbers = found.filter { $0.hasPrefix("\(worker)-") }.compactMap { Int($0.split(separator: "-")[1]) }
      if numbers != numbers.sorted() { problems.append("those of \(worker) are out of order") }
    }
    return problems
  }
}
