extension CircuitBreaker {
  /// The breaker with its `callTimeout`, for static pipelines: `Pipeline { Retry(); payments.timed }`.
  ///
  /// A bare breaker in a static pipeline does not end calls: asking there costs every call 100 instructions
  /// more, because the compiler changes executors once more where two ways to run the operation meet. `run` asks, and
  /// pipelines from configuration have the limit as a step of their own.
  public var timed: TimedCircuitBreaker { TimedCircuitBreaker(self) }

  /// Runs the operation if the call is admitted, for `callTimeout` at most, and reports how it ended.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`: the breaker's when it does not admit the call,
  ///   with the policy `timeout` and the breaker's name when it took too long.
  @inlinable
  public func run<Value>(_ operation: () async throws -> Value) async throws -> Value {
    try await self.timed.execute(in: Context()) { _ in try await operation() }
  }
}

extension PipelineStep {
  /// The step, and behind a breaker with a time limit for its calls a time-out of its own.
  var expanded: [PipelineStep] {
    guard case .circuitBreaker(let breaker) = self, let limit = breaker.configuration.callTimeout else { return [self] }
    return [self, .timeout(Timeout(limit, name: breaker.name))]
  }
}
