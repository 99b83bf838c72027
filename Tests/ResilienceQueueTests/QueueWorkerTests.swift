import Resilience
import ResilienceInterfaces
import ResilienceQueue
import ResilienceSimulation
import ResilienceTesting
import Testing

/// A failure of the kind given.
struct Failure: CategorizedError, Equatable {
  var category: FailureCategory
  var retryAfter: Duration?
}

/// What happened, in order.
final class Log: Sendable {
  private let lines = Lock<[String]>([])
  func add(_ line: String) { self.lines.withLock { $0.append(line) } }
  var all: [String] { self.lines.withLock { $0 } }
}

extension QueueItem {
  var text: String { String(decoding: self.payload, as: UTF8.self) }
}

@Suite("A queue's worker")
struct QueueWorkerTests {
  /// Runs a body beside a worker, and stops the worker when the body has ended.
  private func world(
    seed: UInt64 = 1, _ change: @escaping @Sendable (inout WorkQueue.Configuration) -> Void = { _ in },
    handler: @escaping @Sendable (QueueItem, Runtime) async throws -> String?,
    _ body: @escaping @Sendable (WorkQueue, QueueWorker, Runtime) async throws -> Void
  ) throws {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    try simulation.run {
      var configuration = WorkQueue.Configuration()
      change(&configuration)
      let store = InMemoryQueueStore(clock: StoreClock(runtime))
      let queue = WorkQueue("mail", store: store, configuration: configuration, runtime: runtime)
      let worker = QueueWorker(queue) { item in try await handler(item, runtime) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        try await body(queue, worker, runtime)
        worker.stop()
        try await group.waitForAll()
      }
    }
  }

  @Test("R5.1 what is enqueued is done, and its state and note can be asked for")
  func done() throws {
    try self.world(handler: { item, _ in "sent \(item.text)" }) { queue, _, runtime in
      let receipt = try await queue.enqueue(Array("a".utf8))
      #expect(receipt.position == 1 && receipt.item.id.count == 32)
      try await runtime.sleep(for: .seconds(1))
      let item = try #require(try await queue.store.item(withID: receipt.item.id))
      #expect(item.state == .completed && item.note == "sent a")
    }
  }

  @Test("R5.3 a failing item is tried with growing delays and becomes a dead letter with its last reason")
  func dies() throws {
    let log = Log()
    try self.world({
      $0.maxAttempts = 4
      $0.backoff = .exponential(initial: .seconds(1), max: .seconds(60))
      $0.jitter = .none
    }) { item, runtime in
      log.add("\(runtime.now() / 1_000_000_000)")
      throw Failure(category: .server)
    } _: { queue, _, runtime in
      let began = runtime.now() / 1_000_000_000
      let receipt = try await queue.enqueue([1])
      try await runtime.sleep(for: .seconds(60))
      #expect(log.all == [Int64(0), 1, 3, 7].map { "\(began + $0)" })
      let item = try #require(try await queue.store.item(withID: receipt.item.id))
      #expect(item.state == .dead && item.note?.contains("given up after 4 attempts") == true)
    }
  }

  @Test("R5.3 a dead letter's reason counts its attempts in words that are right for one")
  func diesAtOnce() throws {
    try self.world({ $0.maxAttempts = 1 }) { _, _ in
      throw Failure(category: .server)
    } _: { queue, _, runtime in
      let receipt = try await queue.enqueue([1])
      try await runtime.sleep(for: .seconds(5))
      let item = try #require(try await queue.store.item(withID: receipt.item.id))
      #expect(item.state == .dead && item.note?.hasPrefix("given up after 1 attempt: ") == true)
    }
  }

  @Test("R5.3 what can never be done becomes a dead letter at once, and can be replayed")
  func permanent() throws {
    let log = Log()
    try self.world(handler: { item, _ in
      log.add(item.text)
      if log.all.count == 1 { throw Failure(category: .validation) }
      return nil
    }) { queue, _, runtime in
      let receipt = try await queue.enqueue(Array("a".utf8))
      try await runtime.sleep(for: .seconds(60))
      #expect(try await queue.counts().dead == 1)
      #expect(log.all == ["a"])
      try await queue.replay(receipt.item.id)
      try await runtime.sleep(for: .seconds(1))
      #expect(try await queue.store.item(withID: receipt.item.id)?.state == .completed)
    }
  }

  @Test("R5.4 while a breaker is open nothing is tried and no attempt is lost; afterwards draining goes on slowly")
  func breaker() throws {
    let log = Log()
    let isAway = Lock(true)
    try self.world({ $0.backoff = .constant(.seconds(1)) }) { item, runtime in
      try await Self.breaker(runtime).execute(in: Context(runtime)) { _ in
        log.add("\(item.text)")
        if isAway.withLock({ $0 }) { throw Failure(category: .connection) }
        try await runtime.sleep(for: .milliseconds(100))
      }
      return nil
    } _: { queue, worker, runtime in
      for number in 0..<20 { try await queue.enqueue(Array("\(number)".utf8)) }
      try await runtime.sleep(for: .seconds(100))
      #expect(log.all.count <= 15, "five failures open it, then one probe each 10 s: \(log.all.count)")
      let attempts = try await queue.store.items(of: "mail", in: .waiting, after: 0, limit: 99).map(\.attempts)
      #expect(attempts.count + worker.load.inFlight == 20)
      #expect((attempts.max() ?? 0) <= log.all.count)
      isAway.withLock { $0 = false }
      try await runtime.sleep(for: .seconds(60))
      #expect(try await queue.counts().completed == 20)
    }
  }

  private static let breakers = Lock<[ObjectIdentifier: CircuitBreaker]>([:])

  /// One breaker per world, which its clock stands for.
  private static func breaker(_ runtime: Runtime) throws -> CircuitBreaker {
    guard case .virtual(let time) = runtime else { return CircuitBreaker("mail") }
    return self.breakers.withLock { known in
      if let breaker = known[ObjectIdentifier(time)] { return breaker }
      var configuration = CircuitBreaker.Configuration()
      configuration.consecutiveFailures = 5
      configuration.openDuration = .seconds(10)
      let breaker = CircuitBreaker("mail", configuration)
      known[ObjectIdentifier(time)] = breaker
      return breaker
    }
  }

  @Test("R5.4 no more items begin each second than the pace allows, and no more run at once than may")
  func paced() throws {
    let log = Log()
    try self.world({
      $0.itemsPerSecond = 5
      $0.concurrency = 3
    }) { _, runtime in
      log.add("\(runtime.now())")
      try await runtime.sleep(for: .milliseconds(10))
      return nil
    } _: { queue, worker, runtime in
      for number in 0..<50 { try await queue.enqueue([UInt8(number)]) }
      try await runtime.sleep(for: .seconds(20))
      let begun = log.all.compactMap(Int64.init)
      #expect(begun.count == 50)
      for (first, later) in zip(begun, begun.dropFirst(8)) { #expect(later - first >= 1_000_000_000) }
      #expect(worker.load.allowed == 3)
    }
  }

  @Test("R5.1 a claim is renewed while its worker runs; a worker that is killed loses its item to another one")
  func renewed() throws {
    let log = Log()
    try self.world({ $0.lease = .seconds(3) }) { item, runtime in
      log.add("\(item.text) \(item.attempts)")
      try await runtime.sleep(for: .seconds(20))
      return nil
    } _: { queue, _, runtime in
      _ = try await queue.enqueue(Array("a".utf8))
      let dead = try await queue.enqueue(Array("b".utf8))
      try await runtime.sleep(for: .seconds(50))
      #expect(log.all == ["a 1", "b 1"])
      _ = try await queue.store.enqueue([queue.draft(Array("c".utf8), delay: .seconds(2))], bound: QueueBound())
      #expect(try await queue.store.item(withID: dead.item.id)?.state == .completed)
    }
  }

  @Test("R5.3 an item whose workers always crash becomes a dead letter and is not run for ever")
  func poison() throws {
    let log = Log()
    let simulation = Simulation(seed: 3)
    let runtime = simulation.runtime
    try simulation.run {
      let store = InMemoryQueueStore(clock: StoreClock(runtime))
      var configuration = WorkQueue.Configuration()
      configuration.maxAttempts = 3
      let queue = WorkQueue("mail", store: store, configuration: configuration, runtime: runtime)
      let receipt = try await queue.enqueue([1])
      for _ in 0..<3 {
        #expect(try await store.claim(from: "mail", limit: 1, lease: .seconds(1), owner: "crashes").count == 1)
        try await runtime.sleep(for: .seconds(2))
      }
      let worker = QueueWorker(queue) { _ in
        log.add("ran")
        return nil
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        group.addTask {
          try? await runtime.sleep(for: .seconds(5))
          worker.stop()
        }
      }
      let item = try #require(try await store.item(withID: receipt.item.id))
      #expect(item.state == .dead && item.note?.contains("given up after 3 attempts") == true)
    }
    #expect(log.all.isEmpty)
  }

  @Test("R5.5 many queued writes go out as one; the one that cannot be done does not take the others with it")
  func batches() throws {
    let log = Log()
    let simulation = Simulation(seed: 4)
    let runtime = simulation.runtime
    try simulation.run {
      let store = InMemoryQueueStore(clock: StoreClock(runtime))
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      for number in 0..<40 { try await queue.enqueue(Array("\(number)".utf8)) }
      let worker = QueueWorker(queue, batchesOf: 8) { items in
        log.add("\(items.count)")
        if items.contains(where: { $0.text == "30" }) { throw Failure(category: .validation) }
        return items.map { _ in .success(nil) }
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        group.addTask {
          try? await runtime.sleep(for: .seconds(60))
          worker.stop()
        }
      }
      let counts = try await queue.counts()
      #expect(counts.completed == 39 && counts.dead == 1)
      #expect(log.all.contains("8"))
      #expect(log.all.count < 25)
    }
  }

  @Test("R12.4 an event is done at once, kept while the service is away, and dead-lettered if it cannot be done")
  func process() throws {
    let isAway = Lock(false)
    try self.world(handler: { item, _ in
      if item.text == "bad" { throw Failure(category: .validation) }
      if isAway.withLock({ $0 }) { throw Failure(category: .connection, retryAfter: .seconds(5)) }
      return "done"
    }) { queue, worker, runtime in
      #expect(try await worker.process(Array("a".utf8)) == .done(note: "done"))
      guard case .dead(let dead) = try await worker.process(Array("bad".utf8)) else {
        Issue.record("a bad event is not dead")
        return
      }
      #expect(dead.item.state == .dead)
      isAway.withLock { $0 = true }
      guard case .queued(let receipt) = try await worker.process(Array("b".utf8)) else {
        Issue.record("an event is not queued while the service is away")
        return
      }
      isAway.withLock { $0 = false }
      try await runtime.sleep(for: .seconds(60))
      #expect(try await queue.store.item(withID: receipt.item.id)?.state == .completed)
      guard case .queued(let ordered) = try await worker.process([1], orderingKey: "k") else {
        Issue.record("an event with an ordering key is not queued")
        return
      }
      try await runtime.sleep(for: .seconds(1))
      #expect(try await queue.store.item(withID: ordered.item.id)?.state == .completed)
    }
  }

  @Test("R5.1 a worker that is cancelled gives back what it has not done, without a lost attempt")
  func cancelled() throws {
    let simulation = Simulation(seed: 5)
    let runtime = simulation.runtime
    try simulation.run {
      let store = InMemoryQueueStore(clock: StoreClock(runtime))
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      let receipt = try await queue.enqueue([1])
      let worker = QueueWorker(queue) { _ in
        try await runtime.sleep(for: .seconds(100))
        return nil
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        try? await runtime.sleep(for: .seconds(5))
        group.cancelAll()
      }
      let item = try #require(try await store.item(withID: receipt.item.id))
      #expect(item.state == .waiting && item.attempts == 0)
    }
  }

  @Test("R5.3 a full queue refuses with a typed error that says what to do")
  func full() throws {
    try self.world({ $0.bound = QueueBound(items: 2) }) { _, _ in
      throw Failure(category: .connection)
    } _: { queue, _, _ in
      _ = try await queue.enqueue([queue.draft([1]), queue.draft([2])])
      let failure = await #expect(throws: StoreFailure.self) { try await queue.enqueue([3]) }
      #expect(failure?.kind == .full && failure?.remedy.isEmpty == false)
    }
  }
}
