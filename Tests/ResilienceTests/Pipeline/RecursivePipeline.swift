import Resilience

/// The simplest form of a pipeline from configuration: each policy's own `execute` around the rest.
///
/// The oracle for `ConfiguredPipeline`, which walks a flat array in one frame.
struct RecursivePipeline {
  let steps: [PipelineStep]

  func run<Value>(
    from index: Int = 0, in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    guard index < self.steps.count else { return try await operation(context) }
    switch self.steps[index] {
    case .retry(let policy):
      return try await policy.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .timeout(let policy):
      return try await policy.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .circuitBreaker(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .bulkhead(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .rateLimiter(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .adaptiveLimiter(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .throttle(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .resourceLimiter(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .failureDomain(let gate):
      return try await gate.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .taskDeadline(let policy):
      return try await policy.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .deadlinePropagation(let policy):
      return try await policy.execute(in: context) { try await self.run(from: index + 1, in: $0, operation) }
    case .hedge: return try await self.run(from: index + 1, in: context, operation)
    }
  }
}
