import ResilienceTelemetry
import Testing

@Suite("Metrics under concurrent writers")
struct MetricConcurrencyTests {
  @Test("R9.1 no count is lost when many tasks record, bind and read at once")
  func conserved() async throws {
    let registry = MetricRegistry()
    let counter = try registry.counter("calls_total", help: "Calls.", labels: ["worker"])
    let histogram = try registry.histogram("duration_seconds", help: "Duration.").bind()
    let latency = LatencyHistogram()
    let series = RollingSeries(seconds: 4)
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for turn in 0..<2_500 {
            try? counter.bind("w\(worker % 3)").increment()
            histogram.observe(1)
            latency.record(nanoseconds: 1_000_000)
            series.record(TrafficCounts(requests: 1), at: Int64(turn % 3) * 1_000_000_000)
            if turn % 500 == 0 { _ = registry.text() }
          }
        }
      }
    }
    let total = try (0..<3).map { try counter.bind("w\($0)").value }.reduce(0, +)
    #expect(total == 20_000)
    #expect(histogram.count == 20_000)
    #expect(histogram.sum == 20_000)
    #expect(latency.snapshot().count == 20_000)
    #expect(series.points(at: 3_000_000_000).map(\.counts.requests).reduce(0, +) == 20_000)
  }
}
