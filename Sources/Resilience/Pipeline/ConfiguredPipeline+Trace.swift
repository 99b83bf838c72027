extension ConfiguredPipeline {
  /// A call whose decisions somebody wants to know.
  @usableFromInline
  @inline(never)
  func executeTraced<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    guard let trace = context.trace else { return try await self.run(0, context, operation) }
    return try await trace.call(in: context) {
      try await self.run(0, context) { inner in
        try await trace.attempt(in: inner) { try await operation(inner) }
      }
    }
  }

  /// A gate has let a traced call in at once; a retry's beginning is no decision.
  @usableFromInline
  @inline(never)
  func traceAdmission(_ call: Call) {
    switch self.steps[call.index] {
    case .circuitBreaker(let gate): gate.traceAdmission(in: call.context)
    case .bulkhead(let gate): gate.traceAdmission(in: call.context)
    case .rateLimiter(let gate): gate.traceAdmission(in: call.context)
    case .adaptiveLimiter(let gate): gate.traceAdmission(in: call.context)
    case .throttle(let gate): gate.traceAdmission(in: call.context)
    case .resourceLimiter(let gate): gate.traceAdmission(in: call.context)
    case .failureDomain(let gate): gate.traceAdmission(in: call.context)
    case .retry, .timeout, .taskDeadline, .hedge, .deadlinePropagation: break
    }
  }
}
