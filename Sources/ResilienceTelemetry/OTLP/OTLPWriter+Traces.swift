internal import Tracing

extension OTLPWriter {
  /// The request that carries spans.
  static func traces(_ spans: [FinishedSpan], _ resource: TelemetryResource) -> [UInt8] {
    self.request("resourceSpans", "scopeSpans", resource) { writer in
      writer.object {
        $0.object("scope") { $0.string("name", "swift-resilience") }
        $0.array("spans") { writer in for span in spans { writer.span(span) } }
      }
    }
  }

  private mutating func span(_ span: FinishedSpan) {
    self.object { writer in
      writer.ids(span.trace)
      if let state = span.trace.tracestate { writer.string("traceState", state) }
      if let parent = span.parentSpanID { writer.string("parentSpanId", Hexadecimal.text(parent, width: 16)) }
      writer.small("flags", span.trace.isSampled ? 1 : 0)
      writer.string("name", span.name)
      writer.small("kind", Self.number(span.kind))
      writer.large("startTimeUnixNano", span.start)
      writer.large("endTimeUnixNano", span.end)
      writer.attributes(span.attributes)
      if !span.events.isEmpty {
        writer.array("events") { writer in for event in span.events { writer.event(event) } }
      }
      if !span.links.isEmpty {
        writer.array("links") { writer in for link in span.links { writer.link(link) } }
      }
      guard span.status != .unset else { return }
      writer.object("status") {
        $0.small("code", span.status.rawValue)
        if let message = span.statusMessage { $0.string("message", message) }
      }
    }
  }

  private mutating func event(_ event: FinishedSpan.Event) {
    self.object {
      $0.large("timeUnixNano", event.time)
      $0.string("name", event.name)
      $0.attributes(event.attributes)
    }
  }

  private mutating func link(_ link: FinishedSpan.Link) {
    self.object {
      $0.ids(link.trace)
      $0.attributes(link.attributes)
    }
  }

  /// Trace and span, in hexadecimal: OTLP's one exception to protobuf's JSON, which has base64 for bytes.
  mutating func ids(_ trace: TraceContext) {
    self.string("traceId", trace.traceID)
    self.string("spanId", trace.spanIDText)
  }

  private static func number(_ kind: SpanKind) -> Int {
    switch kind {
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    default: 1
    }
  }
}
