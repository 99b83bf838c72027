import ResilienceTelemetry
import Testing

@Suite("Metric registry")
struct MetricRegistryTests {
  @Test("R9.1 counters, gauges and histograms are written in the text format, sorted")
  func exposition() throws {
    let registry = MetricRegistry()
    let latency = try registry.histogram(
      "call_duration_seconds", help: "Duration.", labels: ["name"], bounds: [0.5, 2])
    try latency.bind("b").observe(0.5)
    try latency.bind("b").observe(nanoseconds: 1_500_000_000)
    try latency.bind("b").observe(9)
    let calls = try registry.counter("calls_total", help: "Calls.", labels: ["name", "outcome"])
    try calls.bind("b", "success").increment(by: 2)
    try calls.bind("a", "failure").increment()
    try registry.gauge("in_flight", help: "Running now.").bind().set(2.5)
    #expect(
      registry.text() == """
        # HELP call_duration_seconds Duration.
        # TYPE call_duration_seconds histogram
        call_duration_seconds_bucket{name="b",le="0.5"} 1
        call_duration_seconds_bucket{name="b",le="2"} 2
        call_duration_seconds_bucket{name="b",le="+Inf"} 3
        call_duration_seconds_sum{name="b"} 11
        call_duration_seconds_count{name="b"} 3
        # HELP calls_total Calls.
        # TYPE calls_total counter
        calls_total{name="a",outcome="failure"} 1
        calls_total{name="b",outcome="success"} 2
        # HELP in_flight Running now.
        # TYPE in_flight gauge
        in_flight 2.5
        # HELP resilience_metric_series_overflow_total Bindings of new series that were refused because their metric \
        is at its limit.
        # TYPE resilience_metric_series_overflow_total counter

        """)
  }

  @Test("R9.1 backslashes, quotation marks and line feeds are escaped in help texts and label values")
  func escaping() throws {
    let registry = MetricRegistry()
    let gauge = try registry.gauge("odd", help: "a\\b\n\"c\"", labels: ["text"])
    try gauge.bind("a\\b\n\"c\"").set(.infinity)
    let lines = registry.text().split(separator: "\n").map(String.init)
    #expect(lines.contains(#"# HELP odd a\\b\n"c""#))
    #expect(lines.contains(#"odd{text="a\\b\n\"c\""} +Inf"#))
  }

  @Test(
    "R9.1 numbers are written as Prometheus reads them",
    arguments: [
      (Double.nan, "NaN"), (-Double.infinity, "-Inf"), (-0.25, "-0.25"), (1e300, "1e+300"), (3, "3"), (1e-9, "1e-09"),
    ])
  func numbers(value: Double, text: String) throws {
    let registry = MetricRegistry()
    try registry.gauge("number", help: "A number.").bind().set(value)
    #expect(registry.text().contains("\nnumber \(text)\n"))
  }

  @Test("R9.1 above the limit new series share one, the sum stays right and the overflow is counted")
  func seriesLimit() throws {
    let registry = MetricRegistry(seriesLimit: 3)
    let family = try registry.counter("calls_total", help: "Calls.", labels: ["user"])
    for user in 0..<10 { try family.bind("u\(user)").increment() }
    try family.bind("u0").increment()
    #expect(family.seriesCount == 4)
    let text = registry.text()
    #expect(text.contains("calls_total{user=\"_other\"} 7\n"))
    #expect(text.contains("calls_total{user=\"u0\"} 2\n"))
    #expect(text.contains("resilience_metric_series_overflow_total{metric=\"calls_total\"} 7\n"))
  }

  @Test("R9.1 the same metric registered twice is one family")
  func sameTwice() throws {
    let registry = MetricRegistry()
    try registry.counter("calls_total", help: "Calls.", labels: ["a"]).bind("x").increment()
    try registry.counter("calls_total", help: "Calls.", labels: ["a"]).bind("x").increment()
    #expect(registry.text().contains("calls_total{a=\"x\"} 2\n"))
  }

  @Test("R9.1 a name that is taken by another metric is refused with both in the message")
  func conflict() throws {
    let registry = MetricRegistry()
    _ = try registry.gauge("size", help: "Size.", labels: ["a"])
    let error = #expect(throws: MetricError.self) { try registry.gauge("size", help: "Size.", labels: ["b"]) }
    #expect(error?.description.contains("'size'") == true)
    #expect(throws: MetricError.self) { try registry.histogram("size", help: "Size.", labels: ["a"]) }
    #expect(throws: MetricError.self) { try registry.counter(MetricRegistry.overflowName, help: "Mine.") }
  }

  @Test(
    "R9.1 names that Prometheus or promtool would refuse are refused",
    arguments: ["", "9lives_total", "with-dash_total", "calls", "größe_total", "x_total_count"])
  func counterNames(name: String) {
    #expect(throws: MetricError.self) { try MetricRegistry().counter(name, help: "Help.") }
  }

  @Test(
    "R9.1 labels that are reserved, malformed or double are refused",
    arguments: [["le"], ["__x"], ["a-b"], ["a", "a"]])
  func labelNames(labels: [String]) {
    #expect(throws: MetricError.self) { try MetricRegistry().gauge("size", help: "Help.", labels: labels) }
  }

  @Test("R9.1 a gauge or histogram whose name says total, empty help and bad bounds are refused")
  func otherRefusals() {
    let registry = MetricRegistry()
    #expect(throws: MetricError.self) { try registry.gauge("size_total", help: "Help.") }
    #expect(throws: MetricError.self) { try registry.gauge("size", help: "") }
    for bounds in [[], [2, 1], [1, 1], [.infinity], [.nan]] as [[Double]] {
      #expect(throws: MetricError.invalidBounds(metric: "size")) {
        try registry.histogram("size", help: "Help.", bounds: bounds)
      }
    }
  }

  @Test("R9.1 a series needs one value for each label")
  func labelCount() throws {
    let family = try MetricRegistry().counter("calls_total", help: "Calls.", labels: ["a", "b"])
    #expect(throws: MetricError.labelCount(metric: "calls_total", expected: ["a", "b"], found: 1)) {
      try family.bind("x")
    }
  }

  @Test("A reading runs its collectors first, and a removed series is gone")
  func collectorsAndRemoval() throws {
    let registry = MetricRegistry()
    let family = try registry.gauge("depth", help: "Depth.", labels: ["queue"])
    let cell = try family.bind("q")
    registry.beforeEachReading { cell.add(1) }
    _ = registry.text()
    #expect(registry.text().contains("depth{queue=\"q\"} 2\n"))
    family.remove("q")
    #expect(!registry.text().contains("depth{"))
  }
}
