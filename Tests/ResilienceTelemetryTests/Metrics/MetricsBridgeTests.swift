import CoreMetrics
import Resilience
import ResilienceSimulation
import Testing

@testable import ResilienceTelemetry

@Suite("swift-metrics")
struct MetricsBridgeTests {
  private let registry = MetricRegistry(clock: { 0 })

  private func lines(_ prefix: String) -> [String] {
    self.registry.text().split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
  }

  @Test("R12.5 what other libraries record through swift-metrics stands in our exposition")
  func kinds() throws {
    let bridge = try MetricsBridge(self.registry)
    CoreMetrics.Counter(label: "http.requests", dimensions: [("method", "GET"), ("code", "200")], factory: bridge)
      .increment(by: 3)
    CoreMetrics.FloatingPointCounter(label: "bytes-out", factory: bridge).increment(by: 2.5)
    CoreMetrics.Meter(label: "pool.size", factory: bridge).set(7)
    CoreMetrics.Recorder(label: "batch", aggregate: false, factory: bridge).record(4)
    CoreMetrics.Recorder(label: "size", factory: bridge).record(30)
    CoreMetrics.Timer(label: "query", factory: bridge).recordNanoseconds(1_500_000_000)
    #expect(self.lines("http_requests_total{") == ["http_requests_total{code=\"200\",method=\"GET\"} 3"])
    #expect(self.lines("bytes_out_total ") == ["bytes_out_total 2"])
    #expect(self.lines("pool_size ") == ["pool_size 7"])
    #expect(self.lines("batch ") == ["batch 4"])
    #expect(self.lines("size_bucket{le=\"50\"}") == ["size_bucket{le=\"50\"} 1"])
    #expect(self.lines("query_seconds_sum") == ["query_seconds_sum 1.5"])
  }

  @Test("R12.5 the same name for something else is counted as a conflict, and what was first goes on")
  func conflicts() throws {
    let bridge = try MetricsBridge(self.registry)
    let first = CoreMetrics.Counter(label: "jobs", dimensions: [("kind", "a")], factory: bridge)
    CoreMetrics.Counter(label: "jobs", dimensions: [("other", "b")], factory: bridge).increment()
    CoreMetrics.Meter(label: "jobs", factory: bridge).set(1)
    first.increment()
    #expect(self.lines("jobs_total{") == ["jobs_total{kind=\"a\"} 1"])
    #expect(
      self.lines("resilience_metric_conflicts_total{") == [
        "resilience_metric_conflicts_total{metric=\"jobs\"} 1",
        "resilience_metric_conflicts_total{metric=\"jobs_total\"} 1",
      ])
  }

  @Test("R12.5 a series goes with the last of its handlers")
  func destroyed() throws {
    let bridge = try MetricsBridge(self.registry)
    let one = CoreMetrics.Counter(label: "jobs", dimensions: [("kind", "a")], factory: bridge)
    let two = CoreMetrics.Counter(label: "jobs", dimensions: [("kind", "a")], factory: bridge)
    one.destroy()
    two.increment()
    #expect(self.lines("jobs_total{") == ["jobs_total{kind=\"a\"} 1"])
    two.destroy()
    #expect(self.lines("jobs_total{").isEmpty)
  }

  @Test(
    "R12.5 labels become names that Prometheus takes",
    arguments: [
      ("a.b-c", "a_b_c_total"), ("9lives", "_9lives_total"), ("x_total", "x_total"), ("größe", "gr__e_total"),
      ("", "unnamed_total"),
    ])
  func names(label: String, name: String) throws {
    #expect(BridgedName.counter(label) == name)
    try MetricNaming.check(BridgedName.plain(label), kind: .gauge)
    try MetricNaming.check(BridgedName.seconds(label), kind: .histogram)
    try MetricNaming.check(
      labels: [BridgedName.label(label), BridgedName.label("__x"), BridgedName.label("le")], of: "m")
  }

  @Test("R12.5 policies are counted and timed through swift-metrics under the documents' names")
  func observer() throws {
    struct Down: CategorizedError { var category: FailureCategory { .unavailable } }
    let bridge = try MetricsBridge(self.registry)
    let observer = MetricsObserver(factory: bridge)
    let simulation = Simulation(seed: 1)
    let breaker = CircuitBreaker("payments", CircuitBreaker.Configuration(consecutiveFailures: 2), observer: observer)
    let pipeline = Pipeline("charge", runtime: simulation.runtime, observer: observer) {
      Measured("charge", service: "shop", factory: bridge)
      Retry(maxAttempts: 2)
      breaker
    }
    try simulation.run {
      for _ in 0..<2 { _ = try? await pipeline { () async throws -> Void in throw Down() } }
    }
    #expect(self.lines("circuit_breaker_trips_total{") == ["circuit_breaker_trips_total{breaker_name=\"payments\"} 1"])
    #expect(self.lines("circuit_breaker_state{") == ["circuit_breaker_state{breaker_name=\"payments\"} 1"])
    #expect(self.lines("retry_attempts_total{") == ["retry_attempts_total{operation=\"charge\"} 1"])
    let count = "resilient_operation_duration_seconds_count{operation=\"charge\",outcome="
    #expect(self.lines(count + "\"error\"").first?.hasSuffix(" 1") == true)
    #expect(self.lines(count + "\"circuit_breaker_open\"").first?.hasSuffix(" 1") == true)
    #expect(self.lines("resilience_rejections_total{").count == 1)
  }
}
