import Resilience
import ResilienceInterfaces
import ResilienceQueue
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite("What a worker has claimed")
struct QueueClaimTests {
  /// Runs workers for a time, and then until what they have begun is done.
  private static func run(_ workers: [QueueWorker], for length: Duration, _ runtime: Runtime) async {
    await withTaskGroup(of: Void.self) { group in
      for worker in workers { group.addTask { await worker.run() } }
      try? await runtime.sleep(for: length)
      for worker in workers { worker.stop() }
    }
  }

  @Test("R5.1 a batch that is handled one by one keeps its claims: nothing is done twice, and each key in its order")
  func oneByOne() throws {
    let log = Log()
    let simulation = Simulation(seed: 6)
    let runtime = simulation.runtime
    try simulation.run {
      let store = InMemoryQueueStore(clock: StoreClock(runtime))
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      for number in 0..<48 { try await queue.enqueue(Array("\(number)".utf8), orderingKey: "\(number % 16)") }
      let workers = (0..<2).map { _ in
        QueueWorker(queue, batchesOf: 8) { items in
          if items.count > 1 { throw Failure(category: .validation) }
          try await runtime.sleep(for: .seconds(10))
          log.add(items[0].text)
          return [.success(nil)]
        }
      }
      await Self.run(workers, for: .seconds(1_200), runtime)
      let counts = try await queue.counts()
      #expect(counts.completed == 48)
    }
    let done = log.all.compactMap { Int($0) }
    #expect(done.sorted() == Array(0..<48))
    for key in 0..<16 { #expect(done.filter { $0 % 16 == key } == [key, key + 16, key + 32]) }
  }

  @Test("R5.1 what of a batch handled one by one is done counts at once, although another one of it takes for ever")
  func concludedAtOnce() throws {
    let simulation = Simulation(seed: 7)
    let runtime = simulation.runtime
    try simulation.run {
      let store = InMemoryQueueStore(clock: StoreClock(runtime))
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      let worker = QueueWorker(queue, batchesOf: 8) { items in
        if items.contains(where: { $0.text == "slow" }) {
          if items.count > 1 { throw Failure(category: .validation) }
          try await runtime.sleep(for: .seconds(100_000))
        }
        return items.map { _ in .success(nil) }
      }
      // The first one lets the next two come together.
      try await queue.enqueue([1])
      _ = try await queue.enqueue([queue.draft(Array("a".utf8)), queue.draft(Array("slow".utf8))])
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        try? await runtime.sleep(for: .seconds(300))
        let counts = try? await queue.counts()
        #expect(counts?.completed == 2 && counts?.claimed == 1)
        group.cancelAll()
      }
    }
  }

  @Test("R5.5 a batch is settled in one step")
  func settledTogether() throws {
    let simulation = Simulation(seed: 8)
    let runtime = simulation.runtime
    try simulation.run {
      let store = UnreliableStore(
        InMemoryQueueStore(clock: StoreClock(runtime)), runtime: runtime, loss: 0)
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      _ = try await queue.enqueue((0..<15).map { queue.draft([UInt8($0)]) })
      let worker = QueueWorker(queue, batchesOf: 8) { items in items.map { _ in .success(nil) } }
      await Self.run([worker], for: .seconds(60), runtime)
      let counts = try await queue.counts()
      #expect(counts.completed == 15)
      #expect(store.settled == [1, 2, 4, 8])
    }
  }

  @Test("R5.1 what was claimed is done at once, although the store fails when it is asked for what comes next")
  func nextDueFails() throws {
    let log = Log()
    let simulation = Simulation(seed: 9)
    let runtime = simulation.runtime
    try simulation.run {
      let store = UnreliableStore(
        InMemoryQueueStore(clock: StoreClock(runtime)), runtime: runtime, loss: 0)
      let queue = WorkQueue("mail", store: store, runtime: runtime) { event in
        if case .storeFailed(let failure) = event { log.add("\(failure.kind)") }
      }
      let worker = QueueWorker(queue) { item in
        log.add("\(item.text) \(item.attempts)")
        return nil
      }
      // The first one lets the worker ask for two; there is but one.
      try await queue.enqueue(Array("a".utf8))
      let receipt = try await queue.enqueue(Array("b".utf8))
      store.failNextDue()
      await Self.run([worker], for: .seconds(5), runtime)
      let item = try #require(try await store.item(withID: receipt.item.id))
      #expect(item.state == .completed && item.attempts == 1)
    }
    #expect(log.all.filter { $0 != "unreachable" } == ["a 1", "b 1"])
    #expect(log.all.contains("unreachable"))
  }

  @Test("R5.1 whenever a worker is cancelled, it gives back what it was given, without a lost attempt")
  func cancelledAtAnyTime() throws {
    try withEvery(seeds: 60) { simulation in
      let runtime = simulation.runtime
      try simulation.run {
        let inner = InMemoryQueueStore(clock: StoreClock(runtime))
        let store = UnreliableStore(inner, runtime: runtime, loss: 0)
        let queue = WorkQueue("mail", store: store, runtime: runtime)
        let receipt = try await queue.enqueue([1])
        let worker = QueueWorker(queue) { _ in
          try await runtime.sleep(for: .seconds(100))
          return nil
        }
        await withTaskGroup(of: Void.self) { group in
          group.addTask { await worker.run() }
          try? await runtime.sleep(for: .milliseconds(Int64(runtime.random() % 16)))
          group.cancelAll()
        }
        let item = try #require(try await inner.item(withID: receipt.item.id))
        #expect(item.state == .waiting && item.attempts == 0, "seed \(simulation.seed): \(item)")
      }
    }
  }

  @Test("R5.1 what is done when a worker is cancelled counts, and is not done again")
  func doneWhenCancelled() throws {
    let simulation = Simulation(seed: 10)
    let runtime = simulation.runtime
    try simulation.run {
      let store = UnreliableStore(
        InMemoryQueueStore(clock: StoreClock(runtime)), runtime: runtime, loss: 0)
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      let receipt = try await queue.enqueue([1])
      let worker = QueueWorker(queue) { _ in
        try? await runtime.sleep(for: .seconds(100))  // the answer comes at the moment of the cancellation
        return "200"
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        try? await runtime.sleep(for: .seconds(5))
        group.cancelAll()
      }
      let item = try #require(try await store.item(withID: receipt.item.id))
      #expect(item.state == .completed && item.note == "200")
    }
  }

  @Test("A cancelled worker whose store is away gives up after seconds")
  func cancelledInVain() throws {
    let simulation = Simulation(seed: 11)
    let runtime = simulation.runtime
    try simulation.run {
      let store = UnreliableStore(
        InMemoryQueueStore(clock: StoreClock(runtime)), runtime: runtime, loss: 0)
      let queue = WorkQueue("mail", store: store, runtime: runtime)
      try await queue.enqueue([1])
      let worker = QueueWorker(queue) { _ in
        try await runtime.sleep(for: .seconds(100))
        return nil
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await worker.run() }
        try? await runtime.sleep(for: .seconds(5))
        store.cut()
        group.cancelAll()
      }
      #expect(simulation.elapsed < .seconds(11), "\(simulation.elapsed)")
    }
  }
}
