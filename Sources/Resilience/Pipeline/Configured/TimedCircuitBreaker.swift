/// A breaker that ends calls which take longer than its `callTimeout`; without one it is the breaker and nothing else.
///
/// Made by `CircuitBreaker.timed`. Here and not in the breaker's folder, because patterns do not know each other: where
/// they are joined they meet. The limit is read with every call, so that settings may be replaced.
@frozen
public struct TimedCircuitBreaker: Policy {
  /// The breaker.
  public let breaker: CircuitBreaker

  @inlinable
  init(_ breaker: CircuitBreaker) { self.breaker = breaker }

  /// Runs the operation if the call is admitted, for `callTimeout` at most, and reports how it ended.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`: the breaker's when it does not admit the call,
  ///   with the policy `timeout` and the breaker's name when it took too long.
  @inlinable
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    guard _slowPath(self.breaker.has(CircuitBreaker.Trait.timed)), let limit = self.breaker.configuration.callTimeout
    else { return try await self.breaker.execute(in: context, operation) }
    let timeout = Timeout(limit, name: self.breaker.name)
    return try await self.breaker.execute(in: context) { try await timeout.execute(in: $0, operation) }
  }
}
