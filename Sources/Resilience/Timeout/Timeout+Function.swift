/// Runs an operation, at most for so long: `Timeout` without a pipeline.
///
/// - Parameters:
///   - limit: How long it may take.
///   - context: What is known of the call; a deadline in it that is earlier wins.
///   - operation: The work; it is cancelled at the deadline and awaited.
/// - Throws: The operation's own error, or a `Rejection` when the time is over.
@inlinable
public func withTimeout<Value>(
  _ limit: Duration, in context: Context = Context(), _ operation: () async throws -> Value
) async throws -> Value {
  try await Timeout(limit).execute(in: context) { _ in try await operation() }
}
