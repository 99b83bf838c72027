/// Policies in reading order: the first is the outermost.
///
/// ```swift
/// let payments = Pipeline {
///   Timeout(.seconds(10))        // the whole call
///   Retry(maxAttempts: 3)
///   CircuitBreaker("payments")   // sees every attempt
///   Timeout(.seconds(2))         // one attempt
/// }
/// let receipt = try await payments { try await client.charge(order) }
/// ```
/// The operation does not escape and runs where the caller runs. A pipeline allocates nothing while calls succeed; one
/// that contains a `Timeout` starts a child task per call. For an order that is known at run time only, see
/// `ConfiguredPipeline`.
@frozen
public struct Pipeline<Root: ConcurrentPolicy>: Sendable {
  @usableFromInline let root: Root
  @usableFromInline let context: Context

  /// Makes a pipeline.
  ///
  /// - Parameters:
  ///   - name: What its calls do, where a call does not say: appears in events.
  ///   - runtime: Where time and chance come from.
  ///   - observer: Hears what the policies decide about calls; gates tell the observer that they were made with.
  ///   - policies: The policies, outermost first.
  @inlinable
  public init(
    _ name: String = "", runtime: Runtime = .live, observer: (any Observer)? = nil,
    @PipelineBuilder _ policies: () -> Root
  ) {
    self.root = policies()
    var context = Context(runtime)
    if !name.isEmpty || observer != nil {
      context = Context(runtime, operation: name, deadline: nil, observer: observer)
    }
    self.context = context
  }

  /// Runs the operation under all policies.
  ///
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @inlinable
  @_disfavoredOverload
  public func callAsFunction<Value: Sendable>(
    _ operation: @Sendable () async throws -> Value
  ) async throws -> Value {
    // Disfavoured: or it is chosen whenever the value is Sendable, also where `execute` would do at half the price.
    try await self.root.executeConcurrently(in: self.context) { _ in try await operation() }
  }
}
