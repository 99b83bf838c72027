internal import NIOHTTP1
internal import Resilience
internal import ResilienceTelemetry

/// What ties a request to what is done for it: taken from the caller, or made.
struct CallIdentity: Sendable {
  let correlationID: String
  let trace: TraceContext

  init(_ headers: HTTPHeaders) {
    let random = { Runtime.live.random() }
    let parent = headers.first(name: "traceparent").flatMap {
      TraceContext(traceparent: $0, tracestate: headers["tracestate"])
    }
    self.trace = parent?.child(random: random) ?? TraceContext(startingWith: random)
    if let given = headers.first(name: CorrelationHeader.headerName), let taken = CorrelationHeader(header: given) {
      self.correlationID = taken.text
    } else if parent != nil {
      self.correlationID = self.trace.traceID
    } else {
      self.correlationID = CorrelationHeader(random: random).text
    }
  }

  /// Writes both into the fields that go to the dependency.
  func write(to headers: inout HTTPHeaders) {
    headers.replaceOrAdd(name: CorrelationHeader.headerName, value: self.correlationID)
    headers.replaceOrAdd(name: "traceparent", value: self.trace.traceparent)
    if let state = self.trace.tracestate {
      headers.replaceOrAdd(name: "tracestate", value: state)
    } else {
      headers.remove(name: "tracestate")
    }
  }
}
