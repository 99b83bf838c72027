/// The task that runs this code, as an object.
///
/// `UnsafeCurrentTask` is one reference to the task, but its copies go through witnesses, 10 ns each; `Task` is the
/// same reference and is copied in place. What both offer may be used from outside of the task, says the
/// documentation.
@usableFromInline
enum CurrentTask {
  /// Not retained; nil outside of a task.
  ///
  /// Synchronous on purpose: in an async function the async overload of `withUnsafeCurrentTask` is chosen (60 ns).
  @inline(__always)
  static func reference() -> Unmanaged<AnyObject>? {
    var found: UnsafeRawPointer?
    withUnsafeCurrentTask { task in
      withUnsafeBytes(of: task) { found = $0.loadUnaligned(as: UnsafeRawPointer?.self) }  // in place, without a copy
    }
    return found.map { Unmanaged.fromOpaque($0) }
  }

  /// What a child has to be given, because `Task.immediate` does not pass it on.
  @frozen
  @usableFromInline
  struct Inheritance: Sendable {
    /// Whether the task is cancelled.
    @usableFromInline var isCancelled = false
    /// The executor that it prefers.
    @usableFromInline var executor: (any TaskExecutor)?

    /// Nothing.
    @inlinable
    @inline(__always)
    var isPlain: Bool { !self.isCancelled && self.executor == nil }

    init() {}
  }

  /// Whether it is cancelled, and the executor that it prefers.
  @usableFromInline
  @inline(never)
  static func inheritance() -> Inheritance {
    var found = Inheritance()
    withUnsafeCurrentTask { task in
      withUnsafeBytes(of: task) { bytes in
        guard let base = bytes.baseAddress, let task = bytes.loadUnaligned(as: UnsafeRawPointer?.self) else { return }
        found.isCancelled = Self.isCancelled(.fromOpaque(task))
        // An optional that is not nil lies like what it wraps.
        found.executor = Self.executor(base.assumingMemoryBound(to: UnsafeCurrentTask.self).pointee)
      }
    }
    return found
  }

  /// Borrowed: a copy goes through witnesses.
  @inline(__always)
  private static func executor(_ task: borrowing UnsafeCurrentTask) -> (any TaskExecutor)? {
    task.unownedTaskExecutor?.asTaskExecutor()
  }

  /// Runs the task's cancellation handlers: not under a lock.
  static func cancel(_ task: AnyObject) { unsafeBitCast(task, to: Task<Void, Never>.self).cancel() }

  /// Whether somebody has cancelled it already.
  @inline(__always)
  static func isCancelled(_ task: Unmanaged<AnyObject>) -> Bool {
    task._withUnsafeGuaranteedRef { unsafeBitCast($0, to: Task<Void, Never>.self).isCancelled }
  }

  /// Cancels it from within.
  @usableFromInline
  static func cancel() { withUnsafeCurrentTask { $0?.cancel() } }
}
