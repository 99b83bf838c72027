import Resilience
import ResilienceInterfaces
import ResilienceQueue
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("A queue under failures")
struct QueueWorldTests {
  /// What is to hold does not.
  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  /// What the dependency was asked to do, and what producers were told.
  private struct Ledger {
    var acknowledged: Set<String> = []
    var carriedOut: [(key: String, text: String)] = []
    var completions: [String: Int] = [:]
  }

  private final class Book: Sendable {
    let ledger = Lock(Ledger())
    func acknowledged(_ text: String) { self.ledger.withLock { _ = $0.acknowledged.insert(text) } }
    func completed(_ item: QueueItem) { self.ledger.withLock { $0.completions[item.text, default: 0] += 1 } }
    func carriedOut(_ item: QueueItem) {
      self.ledger.withLock { $0.carriedOut.append((item.orderingKey ?? "", item.text)) }
    }
  }

  @Test(
    "R5.1 whatever the line, with a failing dependency and workers that are killed nothing is lost or out of order",
    arguments: [0, 0.1, 0.3])
  func survives(loss: Double) throws {
    try withEvery(seeds: 80) { simulation in try self.run(simulation, loss: loss) }
  }

  private func run(_ simulation: Simulation, loss: Double) throws {
    let runtime = simulation.runtime
    let book = Book()
    let store = InMemoryQueueStore(clock: StoreClock(runtime))
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for producer in 0..<3 {
          group.addTask { await Self.produce(producer, store, runtime, loss, book) }
        }
        for life in 0..<4 { group.addTask { await Self.live(life, store, runtime, loss, book) } }
      }
      // The last worker has a good line, and all the time it needs.
      await Self.work(store, runtime, loss: 0, length: .seconds(600), book, isKilled: false)
    }
    try Self.judge(book.ledger.withLock { $0 }, store, simulation)
  }

  /// Enqueues items in order, each until it is acknowledged; two producers use the same idempotency keys.
  private static func produce(
    _ producer: Int, _ store: any QueueStore, _ runtime: Runtime, _ loss: Double, _ book: Book
  ) async {
    let queue = WorkQueue(
      "mail", store: UnreliableStore(store, runtime: runtime, loss: loss), runtime: runtime)
    for number in 0..<10 {
      let text = "\(producer % 2) \(number)"
      let draft = queue.draft(
        Array(text.utf8), orderingKey: "key \(producer % 2)", idempotencyKey: "once \(text)")
      while true {
        if (try? await queue.enqueue([draft])) != nil { break }
        try? await runtime.sleep(for: .milliseconds(50))
      }
      book.acknowledged(text)
      try? await runtime.sleep(for: .milliseconds(Int64(runtime.random() % 400)))
    }
  }

  /// Workers one after the other, each of which is killed in the middle of its work.
  private static func live(
    _ life: Int, _ store: any QueueStore, _ runtime: Runtime, _ loss: Double, _ book: Book
  ) async {
    try? await runtime.sleep(for: .milliseconds(Int64(life * 700)))
    let length = Duration.milliseconds(Int64(500 + runtime.random() % 3000))
    await self.work(store, runtime, loss: loss, length: length, book, isKilled: true)
  }

  private static func work(
    _ store: any QueueStore, _ runtime: Runtime, loss: Double, length: Duration, _ book: Book,
    isKilled: Bool
  ) async {
    var configuration = WorkQueue.Configuration()
    configuration.lease = .seconds(2)
    configuration.maxAttempts = 1_000
    configuration.backoff = .constant(.milliseconds(200))
    let line = UnreliableStore(store, runtime: runtime, loss: loss)
    let queue = WorkQueue("mail", store: line, configuration: configuration, runtime: runtime) { event in
      if case .completed(let item, _) = event { book.completed(item) }
    }
    let worker = QueueWorker(queue) { item in
      try await runtime.sleep(for: .milliseconds(Int64(runtime.random() % 100)))
      if runtime.random() % 5 == 0 { throw Failure(category: .server) }
      book.carriedOut(item)
      return nil
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await worker.run() }
      try? await runtime.sleep(for: length)
      if isKilled {
        line.cut()
        group.cancelAll()
      } else {
        worker.stop()
      }
    }
  }

  private static func judge(_ ledger: Ledger, _ store: any QueueStore, _ simulation: Simulation) throws {
    let done = Set(ledger.carriedOut.map(\.text))
    guard ledger.acknowledged.isSubset(of: done) else {
      throw Broken(description: "lost: \(ledger.acknowledged.subtracting(done).sorted())")
    }
    if let twice = ledger.completions.first(where: { $0.value > 1 }) {
      throw Broken(description: "completed \(twice.value) times: \(twice.key)")
    }
    for key in Set(ledger.carriedOut.map(\.key)) {
      var highest = -1
      for entry in ledger.carriedOut where entry.key == key {
        let number = Int(entry.text.split(separator: " ").last ?? "") ?? -1
        // Again is allowed (a worker was killed); a later one before an earlier one has been done is not.
        guard number <= highest + 1 else {
          throw Broken(description: "\(entry.text) before \(highest + 1)")
        }
        highest = max(highest, number)
      }
    }
    let counts = try simulation.run { try await store.counts(of: "mail") }
    guard counts.completed == 20 && counts.unfinished == 0 else { throw Broken(description: "left: \(counts)") }
  }
}
