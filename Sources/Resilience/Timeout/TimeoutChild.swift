public import Synchronization

extension Timeout {
  /// The operation and its result, shared by caller and child.
  @usableFromInline
  struct Child<Value>: ~Copyable {
    @usableFromInline let context: Context
    @usableFromInline let isCancelled: Bool
    /// The thread that finished the operation; 0: none yet.
    @usableFromInline let finishedBy = Atomic<UInt>(0)
    @usableFromInline var result: Result<Value, any Error>?
    /// Whether the operation had been cancelled when it threw: an error from before that is its own.
    @usableFromInline var failedCancelled = false

    @inlinable
    init(_ context: Context, _ isCancelled: Bool) {
      self.context = context
      self.isCancelled = isCancelled
    }

    @inlinable
    consuming func take() -> Result<Value, any Error> { self.result ?? .failure(CancellationError()) }
  }

  /// Where a child lies; handed to the task that runs it.
  @frozen
  @usableFromInline
  struct ChildPointer<Value>: @unchecked Sendable {
    @usableFromInline let pointer: UnsafeMutablePointer<Child<Value>>
    @inlinable init(_ pointer: UnsafeMutablePointer<Child<Value>>) { self.pointer = pointer }

    @inlinable
    @inline(__always)
    func run(_ operation: (Context) async throws -> Value) async {
      if self.pointer.pointee.isCancelled { CurrentTask.cancel() }
      do {
        self.pointer.pointee.result = .success(try await operation(self.pointer.pointee.context))
      } catch {
        self.pointer.pointee.result = .failure(error)
        self.pointer.pointee.failedCancelled = Task.isCancelled
      }
      self.pointer.pointee.finishedBy.store(LiveTime.thread(), ordering: .releasing)
    }

    /// The task runs in the caller's isolation, and the caller awaits it: never both at the same time.
    @inlinable
    func start(
      _ operation: @escaping (Context) async throws -> Value, _ isolation: isolated (any Actor)?,
      _ executor: (any TaskExecutor)?
    ) -> Task<Void, any Error> {
      nonisolated(unsafe) let operation = operation
      return Task.immediate(executorPreference: executor) {
        _ = isolation
        await self.run(operation)
      }
    }

    /// `Task.immediate` for the usual case: no actor, no preferred executor.
    ///
    /// Half the price, under two conditions of 6.3.1, both found by measuring: the closure must be formed where there
    /// is statically no isolation (hence a synchronous function), and the call must be inlined, or the absent executor
    /// is recorded as a preference and every switch of the child takes a lock. The inliner does it in a loop only; this
    /// one runs once. And it must not itself be inlined: in a caller's larger frame the first condition is lost again.
    @inlinable
    @inline(never)
    func startAnywhere(_ operation: @escaping (Context) async throws -> Value) -> Task<Void, any Error> {
      nonisolated(unsafe) let operation = operation
      var task: Task<Void, any Error>?
      while task == nil { task = Task.immediate { () async throws -> Void in await self.run(operation) } }
      return task.unsafelyUnwrapped  // the loop has ended
    }
  }
}
