extension Pipeline where Root: Policy {
  /// A call whose decisions somebody wants to know.
  @usableFromInline
  @inline(never)
  func executeTraced<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    guard let trace = context.trace else { return try await self.root.execute(in: context, operation) }
    return try await trace.call(in: context) {
      try await self.root.execute(in: context) { inner in
        try await trace.attempt(in: inner) { try await operation(inner) }
      }
    }
  }
}

extension Pipeline {
  /// The same for an operation that may run more than once at a time.
  @usableFromInline
  @inline(never)
  func executeConcurrentlyTraced<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    guard let trace = context.trace else { return try await self.root.executeConcurrently(in: context, operation) }
    return try await trace.call(in: context) {
      try await self.root.executeConcurrently(in: context) { inner in
        try await trace.attempt(in: inner) { try await operation(inner) }
      }
    }
  }
}
