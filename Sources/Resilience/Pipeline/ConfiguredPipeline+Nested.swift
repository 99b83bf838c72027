extension ConfiguredPipeline {
  /// The rest of the steps inside of a seldom one.
  @usableFromInline
  @inline(never)
  func runNested<Value>(
    _ index: Int, _ context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    // Not the whole call: a copy of it would lie in every frame of `run`.
    let next = index + 1
    switch self.steps[index] {
    case .hedge(let hedge):
      return try await hedge.executeOnce(in: context) { try await self.run(next, $0, operation) }
    case .deadlinePropagation(let policy):
      return try await policy.execute(in: context) { try await self.run(next, $0, operation) }
    case .circuitBreaker(let breaker):
      return try await breaker.execute(in: context) { try await self.run(next, $0, operation) }
    case .taskDeadline(let policy):
      return try await policy.execute(in: context) { try await self.run(next, $0, operation) }
    case .timeout, .retry, .bulkhead, .rateLimiter, .adaptiveLimiter, .throttle, .resourceLimiter, .failureDomain:
      return try await self.run(next, context, operation)
    }
  }

  /// Runs an operation under all steps that may run more than once at a time: a `hedge` step hedges.
  ///
  /// - Parameters:
  ///   - context: What is known of the call.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func concurrently<Value: Sendable>(
    in context: Context = Context(), _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    guard self.hedges else { return try await self.execute(in: context, operation) }
    guard let trace = context.trace else { return try await self.runConcurrently(0, context, operation) }
    return try await trace.call(in: context) {
      try await self.runConcurrently(0, context) { inner in
        try await trace.attempt(in: inner) { try await operation(inner) }
      }
    }
  }

  /// Runs an operation under all steps that may run more than once at a time: a `hedge` step hedges.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func concurrently<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
    try await self.concurrently { _ in try await operation() }
  }

  /// As `ConcurrentPolicy` wants it: the same as `concurrently`.
  public func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await self.concurrently(in: context, operation)
  }

  /// The walk of `run` for operations that may run more than once at a time.
  private func runConcurrently<Value: Sendable>(
    _ first: Int, _ context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    var call = Call(context, first)
    while true {
      do {
        while !self.enter(&call), try await self.enterSlowly(&call) {}
        let value: Value
        if call.index < self.steps.count {
          value = try await self.runNestedConcurrently(self.steps[call.index], call.index + 1, call.context, operation)
        } else {
          value = try await operation(call.context)
        }
        self.leave(&call)
        return value
      } catch {
        try await self.recover(&call, error)
      }
    }
  }

  private func runNestedConcurrently<Value: Sendable>(
    _ step: PipelineStep, _ next: Int, _ context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    switch step {
    case .hedge(let hedge):
      try await hedge.executeConcurrently(in: context) { try await self.runConcurrently(next, $0, operation) }
    case .timeout(let timeout):
      try await timeout.execute(in: context) { try await self.runConcurrently(next, $0, operation) }
    case .deadlinePropagation(let policy):
      try await policy.execute(in: context) { try await self.runConcurrently(next, $0, operation) }
    case .circuitBreaker(let breaker):
      try await breaker.execute(in: context) { try await self.runConcurrently(next, $0, operation) }
    case .taskDeadline(let policy):
      try await policy.execute(in: context) { try await self.runConcurrently(next, $0, operation) }
    case .retry, .bulkhead, .rateLimiter, .adaptiveLimiter, .throttle, .resourceLimiter, .failureDomain:
      try await self.runConcurrently(next, context, operation)
    }
  }
}
