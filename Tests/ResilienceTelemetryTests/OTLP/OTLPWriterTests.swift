import Logging
import Resilience
import Testing
import Tracing

@testable import ResilienceTelemetry

@Suite("OTLP as JSON")
struct OTLPWriterTests {
  private let resource = TelemetryResource(service: "shop")
  private static let head = #"""
    {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"telemetry.sdk.name",\#
    "value":{"stringValue":"swift-resilience"}},{"key":"telemetry.sdk.language","value":{"stringValue":"swift"}}]},
    """#.filter { $0 != "\n" }

  private static let trace = TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")

  @Test("R11.8 a span: ids in hexadecimal, 64-bit numbers as text, kinds and states as numbers")
  func span() throws {
    let trace = try #require(Self.trace)
    let event = FinishedSpan.Event(name: "e", time: 5, attributes: TelemetryAttributes([("n", .int(1))]))
    let span = FinishedSpan(
      name: "GET \"x\"", kind: .server, trace: trace, parentSpanID: 255, start: 1_700_000_000_000_000_001, end: 2,
      attributes: TelemetryAttributes([("a", .string("b")), ("f", .double(0.5)), ("l", .array([.bool(true)]))]),
      events: [event], links: [], status: .error, statusMessage: "timeout")
    let text = String(decoding: OTLPWriter.traces([span], self.resource), as: UTF8.self)
    let expected =
      #"{"resourceSpans":["# + Self.head
      + #""scopeSpans":[{"scope":{"name":"swift-resilience"},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","#
      + #""spanId":"b7ad6b7169203331","parentSpanId":"00000000000000ff","flags":1,"name":"GET \"x\"","kind":2,"#
      + #""startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"2","attributes":[{"key":"a","#
      + #""value":{"stringValue":"b"}},{"key":"f","value":{"doubleValue":0.5}},{"key":"l","#
      + #""value":{"arrayValue":{"values":[{"boolValue":true}]}}}],"events":[{"timeUnixNano":"5","name":"e","#
      + #""attributes":[{"key":"n","value":{"intValue":"1"}}]}],"status":{"code":2,"message":"timeout"}}]}]}]}"#
    #expect(text == expected)
  }

  @Test("R11.8 a counter, a gauge and a histogram with an exemplar")
  func metrics() throws {
    let trace = try #require(Self.trace)
    let registry = MetricRegistry(clock: { 3 })
    try registry.counter("calls_total", help: "Calls.", labels: ["a"]).bind("x").increment(by: 5)
    try registry.gauge("depth", help: "Depth.").bind().set(.infinity)
    let histogram = try registry.histogram("wait_seconds", help: "Wait.", bounds: [1, 2]).bind()
    histogram.observe(1.5, exemplar: trace)
    histogram.observe(9)
    let text = String(decoding: OTLPWriter.metrics(registry.readings(), self.resource, at: 9), as: UTF8.self)
    #expect(
      text.contains(
        #"{"name":"calls_total","description":"Calls.","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":"#
          + #"[{"attributes":[{"key":"a","value":{"stringValue":"x"}}],"startTimeUnixNano":"3000000","timeUnixNano":"9","#
          + #""asInt":"5"}]}}"#))
    #expect(text.contains(#""gauge":{"dataPoints":[{"timeUnixNano":"9","asDouble":"Infinity"}]}"#))
    #expect(
      text.contains(
        #""unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[{"startTimeUnixNano":"3000000","#
          + #""timeUnixNano":"9","count":"2","sum":10.5,"bucketCounts":["0","1","1"],"explicitBounds":[1.0,2.0],"#
          + #""exemplars":[{"timeUnixNano":"3000000","asDouble":1.5,"spanId":"b7ad6b7169203331","#
          + #""traceId":"0af7651916cd43dd8448eb211c80319c"}]}]}"#))
  }

  @Test("R11.8 a log record with its severity and its trace")
  func logs() throws {
    let record = LogRecord(
      time: 4, level: .warning, logger: "l", message: "m", attributes: TelemetryAttributes([("k", .string("v"))]),
      trace: Self.trace)
    let text = String(decoding: OTLPWriter.logs([record], self.resource), as: UTF8.self)
    #expect(
      text.hasSuffix(
        #""scopeLogs":[{"scope":{"name":"l"},"logRecords":[{"timeUnixNano":"4","observedTimeUnixNano":"4","#
          + #""severityNumber":13,"severityText":"WARNING","body":{"stringValue":"m"},"attributes":[{"key":"k","#
          + #""value":{"stringValue":"v"}}],"flags":1,"traceId":"0af7651916cd43dd8448eb211c80319c","#
          + #""spanId":"b7ad6b7169203331"}]}]}]}"#))
  }

  @Test("A text that is too long is cut, never in the middle of a character")
  func cut() {
    let text = String(repeating: "ä€😀", count: 2_000)
    let cut = RecordedSpan.cut(text)
    #expect(cut.utf8.count <= RecordedSpan.longestText && cut.utf8.count > RecordedSpan.longestText - 4)
    #expect(text.hasPrefix(cut))
  }
}
