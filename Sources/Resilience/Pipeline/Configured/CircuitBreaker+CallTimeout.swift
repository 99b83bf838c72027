extension CircuitBreaker {
  /// Runs the operation if the call is admitted, for `callTimeout` at most, and reports how it ended.
  ///
  /// Here and not in the breaker's folder, because patterns do not know each other: where they are joined they meet.
  /// Cost without a time limit: one test of a word that the admission reads anyway.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`: the breaker's when the call is not admitted, with
  ///   the policy `timeout` and the breaker's name when it took too long.
  @inlinable
  @inline(__always)
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    if _slowPath(self.has(Trait.timed)) { return try await self.executeTimed(in: context, operation) }
    return try await self.perform(in: context, operation)
  }

  /// Its own function, so that whoever sets no limit has no second copy of the operation inlined.
  @inlinable
  @inline(never)
  func executeTimed<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    guard let limit = self.configuration.callTimeout else { return try await self.perform(in: context, operation) }
    let timeout = Timeout(limit, name: self.name)
    return try await self.perform(in: context) { try await timeout.execute(in: $0, operation) }
  }
}

extension PipelineStep {
  /// The step, and behind a breaker with a time limit for its calls a time-out of its own.
  var expanded: [PipelineStep] {
    guard case .circuitBreaker(let breaker) = self, let limit = breaker.configuration.callTimeout else { return [self] }
    return [self, .timeout(Timeout(limit, name: breaker.name))]
  }
}
