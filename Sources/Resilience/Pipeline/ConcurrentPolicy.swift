/// May run the operation more than once at a time (a hedge), so the operation must be Sendable.
public protocol ConcurrentPolicy: Sendable {
  /// Runs the operation under this policy.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value
}
