/// The task that runs this code, as an object.
///
/// `UnsafeCurrentTask` is one reference to the task; its copies go through witnesses, 20 ns each. What is used of it
/// from outside of the task (`isCancelled`, `cancel`) is what `Task` offers too, which its documentation allows.
enum CurrentTask {
  /// Not retained; nil outside of a task.
  ///
  /// Synchronous on purpose: in an async function the async overload of `withUnsafeCurrentTask` is chosen (60 ns).
  @inline(__always)
  static func reference() -> Unmanaged<AnyObject>? {
    var found: UnsafeRawPointer?
    withUnsafeCurrentTask { task in
      // Read in place, without a copy.
      withUnsafeBytes(of: task) { bytes in
        if bytes.count == MemoryLayout<UnsafeRawPointer?>.size {
          found = bytes.loadUnaligned(as: UnsafeRawPointer?.self)
        }
      }
    }
    return found.map { Unmanaged.fromOpaque($0) }
  }

  /// Runs the task's cancellation handlers: not under a lock.
  static func cancel(_ task: AnyObject) { unsafeBitCast(task, to: UnsafeCurrentTask.self).cancel() }

  /// Whether somebody has cancelled it already.
  static func isCancelled(_ task: AnyObject) -> Bool { unsafeBitCast(task, to: UnsafeCurrentTask.self).isCancelled }
}
