extension Runtime {
  /// Starts work that may outlive its caller: a body that a time-out abandons, a refresh after an answer was given.
  ///
  /// The only way out of structured concurrency below L3. The work inherits task-locals, priority and the caller's
  /// preferred executor, so that what is started in a simulation stays in it; it does not inherit cancellation. Whoever
  /// starts it bounds how many there are: nobody awaits them.
  /// - Returns: The task, for cancelling it.
  @discardableResult
  public func spawn(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    Task(executorPreference: Self.currentExecutor()) { await work() }
  }

  /// A synchronous function on purpose: in an async one the async overload is chosen, which is slow.
  private static func currentExecutor() -> (any TaskExecutor)? {
    var executor: (any TaskExecutor)?
    withUnsafeCurrentTask { executor = $0?.unownedTaskExecutor?.asTaskExecutor() }
    return executor
  }
}
