internal import Resilience
public import Tracing

/// A tracer for swift-distributed-tracing that keeps W3C trace context and hands ended spans to a sink.
///
/// Bootstrap it once, before clients and servers are made, and every library that traces through
/// swift-distributed-tracing (AsyncHTTPClient, Hummingbird, `Traced`) takes part:
/// ```swift
/// InstrumentationSystem.bootstrap(SpanTracer(sink: exporter, sampling: Sampling(ratio: 0.1)))
/// ```
/// Cost of a span that is not sampled: one object and a random number; of a sampled one, besides, what its attributes
/// take. Incoming and outgoing context are the headers `traceparent` and `tracestate`; malformed ones begin a new
/// trace.
public final class SpanTracer: Tracer {
  /// The spans that it makes.
  public typealias Span = RecordedSpan

  private let sink: any SpanSink
  private let sampling: Sampling
  private let random: @Sendable () -> UInt64

  /// Makes a tracer.
  ///
  /// - Parameters:
  ///   - sink: Where ended spans go.
  ///   - sampling: Which traces are recorded; all unless given.
  public convenience init(sink: any SpanSink, sampling: Sampling = .all) {
    self.init(sink: sink, sampling: sampling, random: { Runtime.live.random() })
  }

  /// Makes a tracer with ids from a source of its own; for tests.
  public init(sink: any SpanSink, sampling: Sampling = .all, random: @escaping @Sendable () -> UInt64) {
    self.sink = sink
    self.sampling = sampling
    self.random = random
  }

  /// Begins a span.
  public func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> RecordedSpan {
    var context = context()
    let parent = context.traceContext
    let trace = self.trace(below: parent)
    context.traceContext = trace
    return RecordedSpan(
      operationName, kind: kind, context: context, trace: trace, parentSpanID: parent?.spanID,
      start: trace.isSampled ? instant().nanosecondsSinceEpoch : 0, sink: trace.isSampled ? self.sink : nil)
  }

  /// Ended spans are handed on one by one; whoever collects them sends them.
  public func forceFlush() {}

  /// Reads `traceparent` and `tracestate`.
  public func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let parent = extractor.extract(key: "traceparent", from: carrier) else { return }
    let state = extractor.extract(key: "tracestate", from: carrier).map { [$0] } ?? []
    if let trace = TraceContext(traceparent: parent, tracestate: state) { context.traceContext = trace }
  }

  /// Writes `traceparent` and, where there is one, `tracestate`.
  public func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let trace = context.traceContext else { return }
    injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
    if let state = trace.tracestate { injector.inject(state, forKey: "tracestate", into: &carrier) }
  }

  private func trace(below parent: TraceContext?) -> TraceContext {
    if let parent { return parent.child(random: self.random) }
    let fresh = TraceContext(startingWith: self.random)
    return self.sampling.isSampled(parent: nil, traceIDLow: fresh.traceIDLow) ? fresh : fresh.unsampled
  }
}
