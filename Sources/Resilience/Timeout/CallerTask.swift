/// What a child inherits.
///
/// Task-locals and priority come with `Task.immediate`; cancellation and the preferred executor (an event loop, the
/// deterministic one of a simulation) do not.
///
/// Synchronous functions on purpose: in an async one the async overload of `withUnsafeCurrentTask` is chosen (60 ns).
/// And nothing is returned from its closure: `UnsafeCurrentTask` is resilient, its copies go through witnesses.
@usableFromInline
struct CallerTask {
  @usableFromInline var isCancelled = false
  @usableFromInline var executor: (any TaskExecutor)?

  @usableFromInline
  static func current() -> CallerTask {
    var caller = CallerTask()
    withUnsafeCurrentTask { task in
      guard let task else { return }
      caller.isCancelled = task.isCancelled
      caller.executor = task.unownedTaskExecutor?.asTaskExecutor()
    }
    return caller
  }

  @usableFromInline
  static func cancelCurrent() { withUnsafeCurrentTask { $0?.cancel() } }
}
