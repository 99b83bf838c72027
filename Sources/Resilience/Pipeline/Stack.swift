/// Two policies, the first around the second.
///
/// Pipelines nest them; the compiler inlines the whole nest into one function.
@frozen
public struct Stack<Outer: ConcurrentPolicy, Inner: ConcurrentPolicy>: ConcurrentPolicy {
  @usableFromInline let outer: Outer
  @usableFromInline let inner: Inner

  /// Puts `outer` around `inner`.
  @inlinable
  public init(_ outer: Outer, _ inner: Inner) {
    self.outer = outer
    self.inner = inner
  }

  /// Runs the operation under both.
  @inlinable
  @inline(__always)
  public func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await self.outer.executeConcurrently(in: context) { [inner] in
      try await inner.executeConcurrently(in: $0, operation)
    }
  }
}

extension Stack: Policy where Outer: Policy, Inner: Policy {
  /// Runs the operation under both.
  @inlinable
  @inline(__always)
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    try await self.outer.execute(in: context, around: self.inner, operation)
  }
}
