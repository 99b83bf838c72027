import Resilience
import Testing
import Tracing

@testable import ResilienceTelemetry

@Suite("Span tracer")
struct SpanTracerTests {
  private let basket = SpanBasket()

  private func tracer(_ sampling: Sampling = .all) -> SpanTracer { SpanTracer(sink: self.basket, sampling: sampling) }

  private struct Headers: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
  }

  @Test("R11.8 a span below another has its trace and names it as parent, with another id of its own")
  func parents() throws {
    let tracer = self.tracer()
    tracer.withSpan("outer") { outer in
      tracer.withSpan("inner", ofKind: .client) { inner in
        #expect(inner.trace.traceID == outer.trace.traceID)
      }
    }
    let inner = try #require(self.basket.only("inner"))
    let outer = try #require(self.basket.only("outer"))
    #expect(inner.parentSpanID == outer.trace.spanID && inner.trace.spanID != outer.trace.spanID)
    #expect(outer.parentSpanID == nil)
    #expect(inner.kind == .client && outer.kind == .internal)
    #expect(inner.start >= outer.start && inner.end <= outer.end)
  }

  @Test("R11.8 W3C trace context comes in and goes out, tracestate included")
  func propagation() throws {
    let tracer = self.tracer()
    var context = ServiceContext.topLevel
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    tracer.extract(["traceparent": parent, "tracestate": "a=1,b=2"], into: &context, using: Headers())
    let span = tracer.startSpan("request", context: context, ofKind: .server)
    var sent: [String: String] = [:]
    tracer.inject(span.context, into: &sent, using: Headers())
    span.end()
    let given = try #require(sent["traceparent"].flatMap { TraceContext(traceparent: $0) })
    #expect(given.traceID == "0af7651916cd43dd8448eb211c80319c" && given.spanID == span.trace.spanID)
    #expect(given.isSampled && sent["tracestate"] == "a=1,b=2")
    #expect(self.basket.only("request")?.parentSpanID == 0xb7ad_6b71_6920_3331)
  }

  @Test("R11.8 a caller that does not record is followed: nothing is exported, and the flag goes on")
  func unsampledCaller() throws {
    let tracer = self.tracer(.all)
    var context = ServiceContext.topLevel
    tracer.extract(
      ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"], into: &context, using: Headers())
    let span = tracer.startSpan("request", context: context, ofKind: .server)
    span.attributes["a"] = "b"
    span.addEvent("x")
    #expect(!span.isRecording && span.attributes.isEmpty)
    span.end()
    var sent: [String: String] = [:]
    tracer.inject(span.context, into: &sent, using: Headers())
    #expect(sent["traceparent"]?.hasSuffix("-00") == true)
    #expect(self.basket.spans.isEmpty)
  }

  @Test(
    "R11.8 a malformed traceparent begins a new trace",
    arguments: ["", "00-0-0-01", "ff-" + String(repeating: "1", count: 52)])
  func malformed(header: String) {
    var context = ServiceContext.topLevel
    self.tracer().extract(["traceparent": header], into: &context, using: Headers())
    #expect(context.traceContext == nil)
  }

  @Test("R11.8 the share of traces that begin here is kept, consistently by the trace's id")
  func share() {
    var generator = SystemRandomNumberGenerator()
    for ratio in [0, 0.1, 0.5, 1] {
      let sampling = Sampling(ratio: ratio)
      let ids = (0..<20_000).map { _ in generator.next() as UInt64 }
      let kept = ids.count { sampling.isSampled(parent: nil, traceIDLow: $0) }
      #expect(abs(Double(kept) / 20_000 - ratio) < 0.03)
      // Whoever takes a smaller share takes a part of it.
      let smaller = Sampling(ratio: ratio / 2)
      #expect(
        ids.allSatisfy {
          !smaller.isSampled(parent: nil, traceIDLow: $0) || sampling.isSampled(parent: nil, traceIDLow: $0)
        })
    }
    #expect(Sampling(ratio: .nan).ratio == 0 && Sampling(ratio: 7).ratio == 1)
  }

  @Test("R11.8 after its end a span changes no more and is exported once")
  func ended() throws {
    let span = self.tracer().startSpan("once", context: .topLevel)
    span.end()
    span.attributes["late"] = true
    span.operationName = "late"
    span.end()
    #expect(self.basket.spans.count == 1)
    #expect(self.basket.only("once")?.attributes.entries.isEmpty == true)
  }

  @Test("R7.3 an error stands in a span by its type, never by its text")
  func errorText() throws {
    struct Leaky: Error { let secret = "hunter2" }
    let span = self.tracer().startSpan("call", context: .topLevel)
    span.recordError(Leaky())
    span.end()
    let event = try #require(self.basket.only("call")?.events.first)
    #expect(event.name == "exception")
    #expect(event.attributes["exception.type"] == .string("Leaky"))
    #expect(!"\(self.basket.spans)".contains("hunter2"))
  }

  @Test("R11.8 events and links of one span are bounded")
  func bounds() throws {
    let span = self.tracer().startSpan("busy", context: .topLevel)
    let other = self.tracer().startSpan("other", context: .topLevel)
    for _ in 0..<1_000 {
      span.addEvent("x")
      span.addLink(SpanLink(context: other.context, attributes: [:]))
    }
    span.end()
    let done = try #require(self.basket.only("busy"))
    #expect(done.events.count == RecordedSpan.mostEvents && done.links.count == RecordedSpan.mostEvents)
  }

  @Test("Every kind of attribute comes through")
  func attributes() throws {
    let span = self.tracer().startSpan("all", context: .topLevel)
    span.attributes["int"] = Int64(1)
    span.attributes["double"] = 1.5
    span.attributes["bool"] = true
    span.attributes["text"] = "x"
    span.attributes["list"] = ["a", "b"]
    span.end()
    let all = try #require(self.basket.only("all")).attributes
    #expect(all["int"] == .int(1) && all["double"] == .double(1.5) && all["bool"] == .bool(true))
    #expect(all["text"] == .string("x") && all["list"] == .array([.string("a"), .string("b")]))
  }
}
