internal import Synchronization

/// Threads of its own for work that blocks or computes for long, so that it takes no thread from anybody else.
///
/// Swift's shared pool has as many threads as the machine has cores: a few blocking calls (a C library, a file, a
/// password hash) and nobody's task runs any more. Give such work an executor of its own; blocked, it blocks its own
/// threads only. Put a bulkhead of as many places around it, or let `Compartment` do both. The threads end when the
/// executor is released. Cost: a change of threads, 5–20 µs a call, so not for what merely suspends.
public final class DedicatedExecutor: TaskExecutor {
  /// The executor's name, for whoever reports about it.
  public let name: String
  private let threads: LiveRuntimeThreads

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - threads: How many: 1…512; anything else is brought to the nearest.
  ///   - name: For whoever reports about it.
  public init(threads: Int, name: String = "") {
    self.name = name
    self.threads = LiveRuntimeThreads(min(512, max(1, threads)))
    self.threads.executor = self.asUnownedTaskExecutor()
  }

  deinit { self.threads.stop() }

  /// How many threads it has; fewer than asked for if the system gave no more.
  public var threadCount: Int { self.threads.count }
  /// How many threads of all such executors there are in the process; for leak checks.
  public static var liveThreads: Int { LiveRuntimeThreads.live.load(ordering: .relaxed) }
  /// How many jobs wait for a thread.
  public var waitingJobs: Int { self.threads.waiting }

  /// Takes a job; the first thread that is free runs it.
  public func enqueue(_ job: consuming ExecutorJob) { self.threads.enqueue(UnownedJob(job)) }

  /// Runs an operation on these threads, and whatever it calls that is bound to no actor.
  ///
  /// In virtual time it runs where the caller runs, or the simulation would lose sight of it.
  /// - Parameters:
  ///   - context: Handed to the operation; its runtime decides whether threads are used.
  ///   - operation: The work.
  /// - Throws: The operation's own error.
  public func run<Value: Sendable>(
    in context: Context = Context(), _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    if case .virtual = context.runtime { return try await operation(context) }
    // A child, not `withTaskExecutorPreference`: under 6.3.1 an operation that does not suspend stays on the caller's
    // thread there, although the function around it is concurrent, and it is those that block.
    return try await withoutActuallyEscaping(operation) { operation in
      try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(executorPreference: self) { try await operation(context) }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
      }
    }
  }
}
