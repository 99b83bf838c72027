public import Synchronization

extension Timeout {
  /// What an operation runs under, and its result: shared by caller and child.
  @usableFromInline
  struct Child<Inner: Policy, Value>: ~Copyable {
    /// Here, not in the task's closure: one that holds a value of any type is called by way of another frame.
    @usableFromInline let inner: Inner
    /// The thread that finished the operation; 0: none yet.
    @usableFromInline let finishedBy = Atomic<UInt>(0)
    @usableFromInline var result: Result<Value, any Error>?
    /// Whether the operation had been cancelled when it threw: an error from before that is its own.
    @usableFromInline var failedCancelled = false

    @inlinable
    init(_ inner: Inner) { self.inner = inner }

    /// Borrowed: nothing is retained for the operation.
    @inlinable
    @inline(__always)
    borrowing func execute(in context: Context, _ operation: (Context) async throws -> Value) async throws -> Value {
      try await self.inner.execute(in: context, operation)
    }

    @inlinable
    consuming func take() -> Result<Value, any Error> { self.result ?? .failure(CancellationError()) }
  }

  /// Inside of a time-out that stands alone.
  @frozen
  @usableFromInline
  struct Nothing: Policy {
    @inlinable init() {}

    @inlinable
    @inline(__always)
    func execute<Value>(in context: Context, _ operation: (Context) async throws -> Value) async throws -> Value {
      try await operation(context)
    }
  }

  /// Where a child lies; handed to the task that runs it.
  @frozen
  @usableFromInline
  struct ChildPointer<Inner: Policy, Value>: @unchecked Sendable {
    @usableFromInline let pointer: UnsafeMutablePointer<Child<Inner, Value>>
    @inlinable init(_ pointer: UnsafeMutablePointer<Child<Inner, Value>>) { self.pointer = pointer }

    /// Nothing is read from memory before the operation, or the compiler would look at the executor first.
    @inlinable
    @inline(__always)
    func run(_ context: Context, _ operation: (Context) async throws -> Value) async {
      do {
        self.pointer.pointee.result = .success(try await operation(context))
      } catch {
        self.pointer.pointee.result = .failure(error)
        self.pointer.pointee.failedCancelled = Task.isCancelled
      }
      self.pointer.pointee.finishedBy.store(LiveTime.thread(), ordering: .releasing)
    }

    /// The same under the inner policy, which lies beside the result.
    @inlinable
    @inline(__always)
    func runWithin(_ context: Context, _ operation: (Context) async throws -> Value) async {
      await self.run(context) { try await self.pointer.pointee.execute(in: $0, operation) }
    }

    /// Whether the operation is over, on this thread, which its caller has not left: then it did not suspend.
    @inlinable
    @inline(__always)
    var isFinishedHere: Bool { self.pointer.pointee.finishedBy.load(ordering: .acquiring) == LiveTime.thread() }

    /// `Task.immediate` for the usual case: no actor, no preferred executor, and the caller is not cancelled.
    ///
    /// Half the price, under two conditions of 6.3.1, both found by measuring: the closure must be formed where there
    /// is statically no isolation (hence a synchronous function), and the call must be inlined, or the absent executor
    /// is recorded as a preference and every switch of the child takes a lock. The inliner does it in a loop only; this
    /// one runs once. And it must not itself be inlined: in a caller's larger frame the first condition is lost again.
    @inlinable
    @inline(never)
    func startAnywhere(
      _ context: Context, _ operation: @escaping (Context) async throws -> Value
    ) -> Task<Void, any Error> {
      nonisolated(unsafe) let operation = operation
      var task: Task<Void, any Error>?
      while task == nil { task = Task.immediate { () async throws -> Void in await self.run(context, operation) } }
      return task.unsafelyUnwrapped  // the loop has ended
    }

    /// The same under the inner policy, which the task runs in its own frame.
    @inlinable
    @inline(never)
    func startWithin(
      _ context: Context, _ operation: @escaping (Context) async throws -> Value
    ) -> Task<Void, any Error> {
      nonisolated(unsafe) let operation = operation
      var task: Task<Void, any Error>?
      while task == nil {
        task = Task.immediate { () async throws -> Void in await self.runWithin(context, operation) }
      }
      return task.unsafelyUnwrapped  // the loop has ended
    }

    /// Runs the operation in the caller's isolation and on its executor, cancelled if the caller is.
    ///
    /// The caller awaits the task: never do both run at the same time. True: the deadline passed first.
    @inlinable
    @inline(never)
    func runIsolated(
      _ isolation: isolated (any Actor)?, _ caller: CurrentTask.Inheritance, _ context: Context,
      _ operation: @escaping (Context) async throws -> Value
    ) async -> Bool {
      nonisolated(unsafe) let operation = operation
      let task = Task.immediate(executorPreference: caller.executor) { () async throws -> Void in
        _ = isolation
        if caller.isCancelled { CurrentTask.cancel() }
        await self.runWithin(context, operation)
      }
      if self.isFinishedHere { return false }
      return await Expiry.await(task, until: context.deadline, context.runtime)
    }
  }
}
