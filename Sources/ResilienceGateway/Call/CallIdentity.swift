internal import NIOHTTP1
internal import Resilience
internal import ResilienceTelemetry
internal import Tracing

/// What ties a request to what is done for it: taken from the caller, or made.
struct CallIdentity: Sendable {
  let correlationID: String
  let trace: TraceContext
  /// The request's span; nil where nothing is traced.
  let span: RecordedSpan?

  init(_ headers: HTTPHeaders, _ tracer: SpanTracer? = nil) {
    let random = { Runtime.live.random() }
    let parent = headers.first(name: "traceparent").flatMap {
      TraceContext(traceparent: $0, tracestate: headers["tracestate"])
    }
    if let tracer {
      let span = tracer.startSpan("request", context: ServiceContext.below(parent), ofKind: .server)
      self.span = span
      self.trace = span.trace
    } else {
      self.span = nil
      self.trace = parent?.child(random: random) ?? TraceContext(startingWith: random)
    }
    if let given = headers.first(name: CorrelationHeader.headerName), let taken = CorrelationHeader(header: given) {
      self.correlationID = taken.text
    } else if parent != nil {
      self.correlationID = self.trace.traceID
    } else {
      self.correlationID = CorrelationHeader(random: random).text
    }
  }

  /// Writes both into the fields that go to the dependency; the trace is that of the attempt.
  func write(to headers: inout HTTPHeaders, _ trace: TraceContext) {
    headers.replaceOrAdd(name: CorrelationHeader.headerName, value: self.correlationID)
    headers.replaceOrAdd(name: "traceparent", value: trace.traceparent)
    if let state = trace.tracestate {
      headers.replaceOrAdd(name: "tracestate", value: state)
    } else {
      headers.remove(name: "tracestate")
    }
  }
}
