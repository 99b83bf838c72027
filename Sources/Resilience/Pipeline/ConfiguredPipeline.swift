/// A pipeline whose policies and order are known at run time only.
///
/// Walked in one async frame: gates are entered and left in loops, a retry is a jump back, and only a timeout (which
/// has a task of its own anyway) runs the rest in a nested frame. Costs a few nanoseconds more than the same
/// `Pipeline`.
///
/// A `hedge` step needs an operation that may run twice at a time, so it hedges in `concurrently { … }` only. Elsewhere
/// such a pipeline runs the operation once, and everything else holds: a settings file that asks for hedging must not
/// break code that cannot be hedged. `hedges` tells whether there is such a step, for assemblies that want to insist.
public struct ConfiguredPipeline: Policy {
  /// How many steps a pipeline may have.
  public static let maxSteps = 16

  /// The steps, outermost first.
  public let steps: [PipelineStep]
  @usableFromInline let hot: [HotStep]
  /// Whether a step hedges: `concurrently` then runs the operation more than once at a time.
  public let hedges: Bool

  /// Makes a pipeline of steps, outermost first.
  ///
  /// - Throws: `InvalidConfiguration` for more than 16 steps.
  public init(_ steps: [PipelineStep]) throws(InvalidConfiguration) {
    guard steps.count <= Self.maxSteps else {
      throw InvalidConfiguration(
        "pipeline", [.init("steps", found: "\(steps.count) steps", allowed: "at most \(Self.maxSteps)")])
    }
    self.steps = steps
    self.hot = steps.map(HotStep.init)
    self.hedges = steps.contains { if case .hedge = $0 { true } else { false } }
  }

  /// Runs the operation under all steps.
  @inlinable
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    if _slowPath(context.isTraced) { return try await self.executeTraced(in: context, operation) }
    return try await self.run(0, context, operation)
  }

  /// Runs the operation under all steps.
  @inlinable
  public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
    try await self.run(0, Context()) { _ in try await operation() }
  }

  @inlinable
  func run<Value>(
    _ first: Int, _ context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    var call = Call(context, first)
    while true {
      do {
        while !self.enter(&call), try await self.enterSlowly(&call) {}
        let value: Value
        if call.index < self.hot.count {
          if case .timeout(let timeout) = self.steps[call.index] {
            value = try await self.run(call.index + 1, within: timeout, call.context, operation)
          } else {
            value = try await self.runNested(call.index, call.context, operation)
          }
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

  /// The steps from `first` on, under a time-out.
  ///
  /// A frame of its own: in `run` it would be part of the child's frames as well, which then outgrow their memory.
  @inlinable
  @inline(never)
  func run<Value>(
    _ first: Int, within timeout: Timeout, _ context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    try await timeout.execute(in: context) { try await self.run(first, $0, operation) }
  }
}
