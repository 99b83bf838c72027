extension ConfiguredPipeline {
  /// Runs an operation whose value may count as a failure (a 503 that throws nothing).
  ///
  /// Policies only ever see errors: such a value becomes a `FailingResult`, and if it is the last word the caller gets
  /// the value.
  /// - Parameters:
  ///   - context: What is known of the call.
  ///   - isFailure: The failure that a value stands for; nil if it is none.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func execute<Value>(
    in context: Context = Context(), failing isFailure: (Value) -> FailingResult?,
    _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    var last: Value?
    do {
      return try await self.execute(in: context) { context in
        let value = try await operation(context)
        guard let failure = isFailure(value) else { return value }
        last = value
        throw failure
      }
    } catch let failure as FailingResult {
      guard let last else { throw failure }
      return last
    }
  }
}
