extension Pipeline {
  /// Runs an operation that wants to know about its call, possibly more than once at a time.
  ///
  /// For pipelines with a `Hedge`; others run it where the caller runs.
  /// - Parameters:
  ///   - context: What is known of the call; by default the pipeline's.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @inlinable
  @_disfavoredOverload
  public func callAsFunction<Value: Sendable>(
    in context: Context? = nil, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    if let context, _slowPath(context.isTraced) {
      return try await self.executeConcurrentlyTraced(in: context, operation)
    }
    return try await self.root.executeConcurrently(in: context ?? self.context, operation)
  }
}
