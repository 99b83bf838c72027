/// Runs the operation at most once at a time, where the caller runs: it may touch actor state and non-Sendable values.
///
/// Conform to it to write a policy of your own; gates conform to `Gate` instead and get `execute` for nothing.
public protocol Policy: ConcurrentPolicy {
  /// Runs the operation under this policy.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value
  /// Runs the operation under this policy and, inside of it, another one.
  ///
  /// Has a default, which makes one operation of both; implement it where the operation has to be handed to a task, and
  /// a closure around the inner policy would need a frame of its own.
  /// - Throws: What `execute` throws.
  func execute<Inner: Policy, Value>(
    in context: Context, around inner: Inner, _ operation: (Context) async throws -> Value
  ) async throws -> Value
}

extension Policy {
  /// Makes one operation of the inner policy and what is in it.
  @inlinable
  @inline(__always)
  public func execute<Inner: Policy, Value>(
    in context: Context, around inner: Inner, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    try await self.execute(in: context) { try await inner.execute(in: $0, operation) }
  }

  /// Whoever runs the operation once at a time can do so with a Sendable one.
  @inlinable
  public func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await self.execute(in: context, operation)
  }
}
