import Resilience
import ResilienceSimulation
import Synchronization
import Testing

private enum Local {
  @TaskLocal static var number = 0
}

/// Passes every job on to the global executor, and counts.
private final class CountingExecutor: TaskExecutor {
  private let count = Atomic(0)
  var jobs: Int { self.count.load(ordering: .relaxed) }
  func enqueue(_ job: consuming ExecutorJob) {
    self.count.wrappingAdd(1, ordering: .relaxed)
    let job = UnownedJob(job)
    Task.detached { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

private actor Account {
  private var balance = 0
  private let notes = NotSendable()

  func work() async throws -> Int {
    let notes = self.notes
    let pipeline = Pipeline { Timeout(.seconds(60)) }
    let same = try await pipeline {
      self.balance += 1
      await Task.yield()
      self.assertIsolated()
      self.balance += 1
      notes.count += 1
      return notes
    }
    self.assertIsolated()
    return self.balance + same.count
  }
}

/// What the operation's child task has from its caller, on real threads.
@Suite struct TimeoutInheritanceTests {
  private let pipeline = Pipeline { Timeout(.seconds(60)) }

  @Test("R3.1 the operation keeps the caller's isolation, non-Sendable captures and results")
  func isolation() async throws {
    #expect(try await Account().work() == 3)
  }

  @Test("R3.1 the operation keeps the caller's task-locals, before and after it suspends")
  func locals() async throws {
    let pipeline = self.pipeline
    let seen = try await Local.$number.withValue(7) {
      try await pipeline {
        let before = Local.number
        await Task.yield()
        return [before, Local.number]
      }
    }
    #expect(seen == [7, 7])
  }

  @Test("R3.1 the operation keeps the caller's priority")
  func priority() async throws {
    let pipeline = self.pipeline
    let isLow = try await Task.detached(priority: .background) {
      try await pipeline { Task.currentPriority == .background }
    }.value
    #expect(isLow)
  }

  @Test("R3.1 the operation runs on the caller's preferred executor")
  func executor() async throws {
    let executor = CountingExecutor()
    let pipeline = self.pipeline
    let isOnIt = try await Task(executorPreference: executor) {
      try await pipeline {
        await Task.yield()
        return withUnsafeCurrentTask { $0?.unownedTaskExecutor == executor.asUnownedTaskExecutor() }
      }
    }.value
    #expect(isOnIt && executor.jobs > 2)
  }

  @Test("R3.1 an operation of a cancelled caller sees the cancellation from its first instruction")
  func cancelledBefore() async throws {
    let pipeline = self.pipeline
    let isCancelled = try await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await pipeline { Task.isCancelled }
    }.value
    #expect(isCancelled)
  }

  @Test("R3.1 cancelling the caller cancels a suspended operation at once, on real threads")
  func cancelledDuring() async {
    let pipeline = self.pipeline
    let hasBegun = AsyncStream<Void>.makeStream()
    let task = Task {
      try await pipeline {
        hasBegun.continuation.finish()
        try await Runtime.live.sleep(until: .max)
      }
    }
    for await _ in hasBegun.stream {}
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("R3.1 on real threads a hanging operation ends at its deadline, not before")
  func live() async {
    for milliseconds in [1, 5, 20] {
      let begun = Runtime.live.now()
      let pipeline = Pipeline { Timeout(.milliseconds(milliseconds)) }
      let error = await #expect(throws: Rejection.self) {
        try await pipeline { try await Runtime.live.sleep(until: .max) }
      }
      #expect(error?.reason == .timeout)
      #expect(Runtime.live.now() - begun >= Int64(milliseconds) * 1_000_000)
    }
  }
}
