/// Runs an operation again while it fails and is worth it: `Retry` without a pipeline.
///
/// - Parameters:
///   - configuration: Attempts, waits, and what deserves another attempt.
///   - context: What is known of the call.
///   - operation: The work.
/// - Throws: The last attempt's error, unchanged.
@inlinable
public func retry<Value>(
  _ configuration: Retry.Configuration = Retry.Configuration(), in context: Context = Context(),
  _ operation: () async throws -> Value
) async throws -> Value {
  try await Retry(configuration).execute(in: context) { _ in try await operation() }
}
