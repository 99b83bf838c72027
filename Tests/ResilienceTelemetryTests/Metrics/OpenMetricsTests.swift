import ResilienceInterfaces
import ResilienceTelemetry
import Testing

@Suite("OpenMetrics")
struct OpenMetricsTests {
  @Test("R12.5 OpenMetrics: families without _total, times of creation, exemplars with trace ids, and an end mark")
  func text() throws {
    let trace = TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    let registry = MetricRegistry(clock: { 1_700_000_000_123 })
    try registry.counter("calls_total", help: "Calls, \"all\".", labels: ["a"]).bind("x").increment()
    try registry.gauge("depth", help: "Depth.").bind().set(2)
    let histogram = try registry.histogram("wait_seconds", help: "Wait.", bounds: [1, 2.5]).bind()
    histogram.observe(0.5, exemplar: trace)
    histogram.observe(7, exemplar: trace?.unsampled)
    #expect(
      registry.text(.openMetrics) == """
        # HELP calls Calls, \\"all\\".
        # TYPE calls counter
        calls_total{a="x"} 1
        calls_created{a="x"} 1700000000.123
        # HELP depth Depth.
        # TYPE depth gauge
        depth 2
        # HELP resilience_metric_series_overflow Bindings of new series that were refused because their metric is at \
        its limit.
        # TYPE resilience_metric_series_overflow counter
        # HELP wait_seconds Wait.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="1.0"} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} \
        0.5 1700000000.123
        wait_seconds_bucket{le="2.5"} 1
        wait_seconds_bucket{le="+Inf"} 2
        wait_seconds_sum 7.5
        wait_seconds_count 2
        wait_seconds_created 1700000000.123
        # EOF

        """)
    #expect(!registry.text(.prometheus).contains("trace_id"))
  }

  @Test(
    "R12.5 Accept decides: what asks for OpenMetrics 1.0 gets it, everything else Prometheus' own format",
    arguments: [
      (nil, MetricsFormat.prometheus), ("", .prometheus), ("*/*", .prometheus), ("text/plain", .prometheus),
      ("application/openmetrics-text", .openMetrics),
      ("application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetrics),
      ("application/openmetrics-text;version=0.0.1", .prometheus),
      ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.9", .prometheus),
      // What Prometheus sends.
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
      ),
      ("application/openmetrics-text;q=0", .prometheus),
      ("APPLICATION/OpenMetrics-Text; VERSION=\"1.0.0\"", .openMetrics),
    ] as [(String?, MetricsFormat)])
  func negotiation(accept: String?, format: MetricsFormat) {
    #expect(MetricsFormat(accept: accept) == format)
  }

  @Test("R12.5 names that would be one family in OpenMetrics are refused as a conflict")
  func families() throws {
    let registry = MetricRegistry()
    _ = try registry.counter("calls_total", help: "Calls.")
    let error = #expect(throws: MetricError.self) { try registry.gauge("calls", help: "Calls.") }
    #expect(error?.description.contains("'calls_total'") == true)
    #expect(throws: MetricError.self) { try registry.gauge("depth_created", help: "Depth.") }
  }
}
