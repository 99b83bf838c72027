/// A pipeline whose steps can be replaced at run time, for everybody who holds it.
///
/// Calls under way end in the pipeline in which they began. Breakers, bulkheads and budgets are objects: put the same
/// ones into the new steps, and their state stays. Cost: a short lock per call, about 10 ns, on top of
/// `ConfiguredPipeline`.
public final class NamedPipeline: Policy, Replaceable {
  private let current: Lock<ConfiguredPipeline>

  /// Makes a pipeline of steps, outermost first.
  ///
  /// - Throws: `InvalidConfiguration` for too many steps.
  public init(_ steps: [PipelineStep]) throws(InvalidConfiguration) {
    self.current = Lock(try ConfiguredPipeline(steps))
  }

  /// The steps in force, outermost first.
  public var configuration: [PipelineStep] { self.pipeline.steps }

  /// The pipeline in force.
  public var pipeline: ConfiguredPipeline { self.current.withLock { $0 } }

  /// Takes other steps from now on.
  ///
  /// - Throws: `InvalidConfiguration` for too many steps; then nothing has changed.
  public func replace(
    validating steps: [PipelineStep], on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let pipeline = try ConfiguredPipeline(steps)
    self.current.withLock { $0 = pipeline }
  }

  /// Runs the operation under all steps.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    try await self.pipeline.execute(in: context, operation)
  }

  /// Runs an operation under all steps that may run more than once at a time: a `hedge` step hedges.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func executeConcurrently<Value: Sendable>(
    in context: Context, _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await self.pipeline.concurrently(in: context, operation)
  }

  /// Runs the operation under all steps.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
    try await self.pipeline.execute(in: Context()) { _ in try await operation() }
  }
}
