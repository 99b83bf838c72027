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

  /// Whether it is cancelled, and the executor that it prefers.
  @usableFromInline
  static func inheritance() -> (isCancelled: Bool, executor: (any TaskExecutor)?) {
    var found: (isCancelled: Bool, executor: (any TaskExecutor)?) = (false, nil)
    withUnsafeCurrentTask { task in
      withUnsafeBytes(of: task) { bytes in
        guard let base = bytes.baseAddress, let task = bytes.loadUnaligned(as: UnsafeRawPointer?.self) else { return }
        found.isCancelled = Self.isCancelled(.fromOpaque(task))
        // An optional that is not nil lies like what it wraps.
        found.executor =
          base.assumingMemoryBound(to: UnsafeCurrentTask.self).pointee.unownedTaskExecutor?.asTaskExecutor()
      }
    }
    return found
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
