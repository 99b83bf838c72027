public import CoreMetrics
public import Resilience

/// A policy that times calls through swift-metrics: `resilient_operation_duration_seconds{service, operation,
/// outcome}`.
///
/// Outcomes are the documents': `success`, `circuit_breaker_open`, `timeout`, `error`, besides `rejected` for what
/// another policy refused and `cancelled`. The handlers are made once, with the policy. Put it outermost to time whole
/// calls. Cost: two readings of the clock and one record.
public struct Measured: Policy {
  /// How a call ended, as the metric names it.
  enum Outcome: String, CaseIterable {
    case success
    case circuitBreakerOpen = "circuit_breaker_open"
    case timeout
    case error
    case rejected
    case cancelled
  }

  private let timers: [Outcome: CoreMetrics.Timer]

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - operation: What is done, of low cardinality.
  ///   - service: The service that does it.
  ///   - factory: Where handlers are made; by default where `MetricsSystem` was bootstrapped to.
  public init(_ operation: String, service: String, factory: (any MetricsFactory)? = nil) {
    var timers: [Outcome: CoreMetrics.Timer] = [:]
    for outcome in Outcome.allCases {
      timers[outcome] = CoreMetrics.Timer(
        label: "resilient_operation_duration_seconds",
        dimensions: [("service", service), ("operation", operation), ("outcome", outcome.rawValue)],
        factory: factory ?? MetricsSystem.factory)
    }
    self.timers = timers
  }

  /// Runs the operation and records how long it took.
  ///
  /// - Throws: The operation's own error, unchanged.
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    let started = context.runtime.now()
    do {
      let value = try await operation(context)
      self.timers[.success]?.recordNanoseconds(context.runtime.now() - started)
      return value
    } catch {
      self.timers[Self.outcome(error)]?.recordNanoseconds(context.runtime.now() - started)
      throw error
    }
  }

  private static func outcome(_ error: any Error) -> Outcome {
    if error is CancellationError { return .cancelled }
    guard let rejection = error as? Rejection else {
      return (error as? any CategorizedError)?.category == .timeout ? .timeout : .error
    }
    switch rejection.reason {
    case .circuitOpen, .isolated: return .circuitBreakerOpen
    case .timeout, .deadlineExceeded: return .timeout
    case .cancelled: return .cancelled
    case .bulkheadFull, .queueTimeout, .rateLimited, .overLimit, .throttled, .tooLarge, .exhausted: return .rejected
    }
  }
}
