extension Pipeline where Root: Policy {
  /// Runs the operation under all policies, where the caller runs.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @inlinable
  @inline(__always)
  public func callAsFunction<Value>(
    _ operation: () async throws -> Value
  ) async throws -> Value {
    try await self.root.execute(in: self.context) { _ in try await operation() }
  }

  /// Runs an operation that wants to know about its call: the attempt, the time left.
  ///
  /// - Parameters:
  ///   - context: What is known of the call; by default the pipeline's.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @inlinable
  @inline(__always)
  public func callAsFunction<Value>(
    in context: Context? = nil, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    if let context, _slowPath(context.isTraced) { return try await self.executeTraced(in: context, operation) }
    return try await self.root.execute(in: context ?? self.context, operation)
  }

  /// Runs an operation whose value may count as a failure (a 503 that throws nothing).
  ///
  /// Policies only ever see errors: the innermost layer turns such a value into a `FailingResult` and keeps the value
  /// here; if it is the last word, the caller gets the value. Nothing is boxed.
  /// - Parameters:
  ///   - context: What is known of the call; by default the pipeline's.
  ///   - isFailure: The failure that a value stands for; nil if it is none.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @inlinable
  @inline(__always)
  public func callAsFunction<Value>(
    in context: Context? = nil, failing isFailure: (Value) -> FailingResult?,
    _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    var last: Value?
    do {
      return try await self(in: context) { context in
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

  /// Runs an operation whose value may count as a failure.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @inlinable
  @inline(__always)
  public func callAsFunction<Value>(
    failing isFailure: (Value) -> Bool, _ operation: () async throws -> Value
  ) async throws -> Value {
    try await self(failing: { isFailure($0) ? FailingResult() : nil }) { _ in try await operation() }
  }
}
