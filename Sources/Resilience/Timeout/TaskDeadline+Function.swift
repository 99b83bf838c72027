/// Runs an operation and cancels the current task if that takes too long: `TaskDeadline` without a pipeline.
///
/// For code that owns its task, as a server's does that handles one request: the task stays cancelled afterwards.
///
/// - Parameters:
///   - limit: How long it may take.
///   - context: What is known of the call; a deadline in it that is earlier wins.
///   - operation: The work.
/// - Throws: The operation's own error, or a `Rejection` when the time is over.
@inlinable
public func withTaskDeadline<Value>(
  _ limit: Duration, in context: Context = Context(), _ operation: () async throws -> Value
) async throws -> Value {
  try await TaskDeadline(limit).execute(in: context) { _ in try await operation() }
}
