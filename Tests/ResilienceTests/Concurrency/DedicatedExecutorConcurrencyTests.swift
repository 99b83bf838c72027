import Resilience
import ResilienceSimulation
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Real threads that really block: on a condition that the test opens, never on time.
@Suite struct DedicatedExecutorConcurrencyTests {
  /// A door that threads block at.
  private final class Door: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isOpen = false
    private var blocked = 0

    init() {
      pthread_mutex_init(self.mutex, nil)
      pthread_cond_init(self.condition, nil)
    }

    func pass() {
      pthread_mutex_lock(self.mutex)
      self.blocked += 1
      while !self.isOpen { pthread_cond_wait(self.condition, self.mutex) }
      self.blocked -= 1
      pthread_mutex_unlock(self.mutex)
    }

    func open() {
      pthread_mutex_lock(self.mutex)
      self.isOpen = true
      pthread_cond_broadcast(self.condition)
      pthread_mutex_unlock(self.mutex)
    }

    var waiting: Int {
      pthread_mutex_lock(self.mutex)
      defer { pthread_mutex_unlock(self.mutex) }
      return self.blocked
    }
  }

  private static func thread() -> UInt { UInt(pthread_self()) }

  @Test("R6.2 threads that block in one compartment take none from another, nor from the shared pool")
  func starvation() async throws {
    let door = Door()
    let blocking = Compartment("blocking", .init(maxConcurrent: 4, maxQueue: 8), threads: 4)
    let other = Compartment("other", .init(maxConcurrent: 2, maxQueue: 50), threads: 2)
    try await withThrowingTaskGroup(of: Void.self) { group in
      // More than the machine has cores: in the shared pool this would be the end of everything.
      for _ in 0..<8 { group.addTask { try await blocking { _ in door.pass() } } }
      while door.waiting < 4 { await Task.yield() }
      for number in 0..<50 { #expect(try await other { _ in number } == number) }
      #expect(
        await withTaskGroup(of: Int.self) {
          $0.addTask { 7 }; return await $0.next()
        } == 7)
      #expect(door.waiting == 4 && blocking.bulkhead.occupancy.inside == 4)
      door.open()
      try await group.waitForAll()
    }
    #expect(blocking.bulkhead.occupancy == (0, 0))
  }

  @Test("R6.2 work runs on the executor's threads, those of an actor's callers too, and comes back to the caller")
  func threads() async throws {
    actor Caller {
      func ask(_ executor: DedicatedExecutor) async throws -> (UInt, UInt) {
        let there = try await executor.run { _ in DedicatedExecutorConcurrencyTests.thread() }
        self.assertIsolated()
        return (there, DedicatedExecutorConcurrencyTests.thread())
      }
    }
    let executor = DedicatedExecutor(threads: 1, name: "one")
    let first = try await executor.run { _ in Self.thread() }
    for _ in 0..<20 {
      let (there, here) = try await Caller().ask(executor)
      #expect(there == first && here != first)
    }
    let afterWait = try await executor.run { _ in
      await Task.yield()
      return Self.thread()
    }
    #expect(afterWait == first && executor.threadCount == 1 && executor.waitingJobs == 0)
  }

  @Test("R6.2 an error passes unchanged, and cancellation reaches the work")
  func errors() async {
    let executor = DedicatedExecutor(threads: 1)
    await #expect(throws: Boom.self) { try await executor.run { _ in throw Boom() } }
    let task = Task {
      try await executor.run { _ in
        while !Task.isCancelled { await Task.yield() }
        throw CancellationError()
      }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("R6.2 the threads end when the executor is released, and nothing is left of it")
  func ends() async throws {
    weak var released: DedicatedExecutor?
    for _ in 0..<20 {
      let executor = DedicatedExecutor(threads: 3)
      released = executor
      let sum = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<10 { group.addTask { try await executor.run { _ in number } } }
        return try await group.reduce(0, +)
      }
      #expect(sum == 45)
    }
    while released != nil { await Task.yield() }
    while DedicatedExecutor.liveThreads > 8 { await Task.yield() }  // those of other tests at most
  }
}
