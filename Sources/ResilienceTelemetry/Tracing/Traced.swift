public import Resilience
public import Tracing

/// A policy that puts a span around a call, or around each of its attempts.
///
/// Outermost it makes one span per execution; inside of `Retry` (`.attempt`) one per attempt, a client span with
/// `http.request.resend_count` from the second on. With `SpanEvents` as observer, rejections, retries, hedges and
/// fallbacks stand in them as events. `ServiceContext.current` is bound to the span, so that whatever the operation
/// traces, and what AsyncHTTPClient sends as `traceparent`, hangs below it.
///
/// The tracer is looked up once, when the policy is made: bootstrap `InstrumentationSystem` before. Without a tracer
/// the cost is one field read.
public struct Traced: Policy {
  /// What the span is around.
  public enum Scope: Sendable, Hashable {
    /// The whole call, all attempts and waits included.
    case call
    /// One attempt.
    case attempt
  }

  private let scope: Scope
  private let name: String?
  private let tracer: (any Tracer)?

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - scope: What the span is around.
  ///   - name: The spans' name, of low cardinality; by default the call's operation.
  ///   - tracer: Who makes the spans; by default the one that `InstrumentationSystem` was bootstrapped with.
  public init(_ scope: Scope = .call, name: String? = nil, tracer: (any Tracer)? = nil) {
    self.scope = scope
    self.name = name
    let tracer = tracer ?? InstrumentationSystem.tracer
    self.tracer = tracer is NoOpTracer ? nil : tracer
  }

  /// Runs the operation within a span.
  ///
  /// - Throws: The operation's own error, unchanged.
  public func execute<Value>(
    in context: Context, _ operation: (Context) async throws -> Value
  ) async throws -> Value {
    guard let tracer else { return try await operation(context) }
    let span = self.begin(tracer, context)
    defer { span.end() }
    do {
      return try await ServiceContext.$current.withValue(span.context) {
        try await SpanEvents.$current.withValue(span) { try await operation(context) }
      }
    } catch {
      // A time-out around the span ends it by cancelling it, as does everybody else: time tells them apart.
      let name = error is CancellationError && context.remaining == .zero ? "timeout" : ErrorName.of(error)
      span.attributes["error.type"] = name
      span.setStatus(SpanStatus(code: .error, message: name))
      throw error
    }
  }

  private func begin(_ tracer: some Tracer, _ context: Context) -> any Span {
    let name = self.name ?? (context.operation.isEmpty ? "call" : context.operation)
    let span = tracer.startSpan(name, ofKind: self.scope == .attempt ? .client : .internal)
    guard span.isRecording else { return span }
    span.updateAttributes { attributes in
      if !context.operation.isEmpty { attributes["resilience.operation"] = context.operation }
      if let id = context.correlationID { attributes["resilience.correlation_id"] = id }
      if self.scope == .attempt {
        attributes["resilience.attempt"] = Int64(context.attempt)
        if context.attempt > 1 { attributes["http.request.resend_count"] = Int64(context.attempt - 1) }
      }
    }
    return span
  }
}
