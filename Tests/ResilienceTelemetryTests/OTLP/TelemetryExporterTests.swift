import Resilience
import ResilienceSimulation
import Testing
import Tracing

@testable import ResilienceTelemetry

@Suite("Telemetry exporter")
struct TelemetryExporterTests {
  private struct Refused: CategorizedError {
    var category: FailureCategory { .connection }
  }

  private let simulation = Simulation(seed: 3)
  private let registry = MetricRegistry(clock: { 0 })

  private func exporter(
    _ collector: ScriptedCollector, _ change: (inout OTLPConfiguration) -> Void = { _ in }
  ) throws -> TelemetryExporter {
    var configuration = OTLPConfiguration(signals: [.traces])
    change(&configuration)
    return try TelemetryExporter(
      configuration, resource: TelemetryResource(service: "shop"), registry: self.registry, transport: collector,
      runtime: self.simulation.runtime, wallTime: { 7 })
  }

  private func spans(_ count: Int, to exporter: TelemetryExporter) {
    let tracer = SpanTracer(sink: exporter)
    for number in 0..<count { tracer.startSpan("s\(number)", context: .topLevel).end() }
  }

  private func metric(_ line: String) -> Bool { self.registry.text().split(separator: "\n").contains { $0 == line } }

  /// Lets it run for a while of virtual time.
  private func run(_ exporter: TelemetryExporter, for length: Duration) throws {
    let runtime = self.simulation.runtime
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await exporter.run() }
        try? await runtime.sleep(for: length)
        group.cancelAll()
      }
    }
  }

  @Test("R11.8 what waits goes out in batches, in order, each span once")
  func batches() throws {
    let collector = ScriptedCollector(self.simulation.runtime) { _, _ in OTLPAnswer(status: 200) }
    let exporter = try self.exporter(collector) { $0.maxBatch = 4 }
    self.spans(10, to: exporter)
    try self.run(exporter, for: .seconds(1))
    let bodies = collector.requests(.traces).map(\.body)
    #expect(bodies.count == 3)
    for number in 0..<10 { #expect(bodies.count { $0.contains("\"name\":\"s\(number)\"") } == 1) }
    #expect(exporter.waiting.spans == 0)
    #expect(self.metric("resilience_otlp_sent_total{signal=\"traces\"} 10"))
  }

  @Test("R11.8 what does not fit the queue is dropped and counted, and nobody waits for the collector")
  func bounded() throws {
    let collector = ScriptedCollector(self.simulation.runtime) { _, _ in OTLPAnswer(status: 200) }
    let exporter = try self.exporter(collector) { $0.maxQueue = 5 }
    self.spans(12, to: exporter)
    #expect(exporter.waiting.spans == 5)
    #expect(self.metric("resilience_otlp_dropped_total{signal=\"traces\",reason=\"queue_full\"} 7"))
    #expect(collector.requests.isEmpty)
  }

  @Test("R11.8 Retry-After is honoured, and the span arrives once the collector takes it")
  func retryAfter() throws {
    let collector = ScriptedCollector(self.simulation.runtime) { number, _ in
      number == 1 ? OTLPAnswer(status: 503, retryAfter: .seconds(17)) : OTLPAnswer(status: 200)
    }
    let exporter = try self.exporter(collector)
    self.spans(1, to: exporter)
    try self.run(exporter, for: .seconds(60))
    let times = collector.requests.map(\.at)
    #expect(times.count == 2)
    #expect(times.count == 2 && times[1] - times[0] >= 17_000_000_000 && times[1] - times[0] < 18_000_000_000)
    #expect(exporter.waiting.spans == 0)
  }

  @Test("R11.8 an outage of the collector loses nothing that fits the queue, and the breaker leaves it alone meanwhile")
  func outage() throws {
    let start = self.simulation.now()
    let collector = ScriptedCollector(self.simulation.runtime) { _, at in
      if at - start < 300_000_000_000 { throw Refused() }
      return OTLPAnswer(status: 200)
    }
    let exporter = try self.exporter(collector)
    self.spans(100, to: exporter)
    try self.run(exporter, for: .seconds(420))
    let during = collector.requests.count { $0.at - start < 300_000_000_000 }
    #expect(during < 30, "\(during) requests to a collector that is away for five minutes")
    #expect(exporter.waiting.spans == 0)
    #expect(self.metric("resilience_otlp_sent_total{signal=\"traces\"} 100"))
    #expect(self.metric("resilience_otlp_dropped_total{signal=\"traces\",reason=\"queue_full\"} 0"))
  }

  @Test(
    "R11.8 what the collector does not understand is dropped and counted, not sent again",
    arguments: [302, 400, 401, 413, 500])
  func refused(status: Int) throws {
    let collector = ScriptedCollector(self.simulation.runtime) { _, _ in OTLPAnswer(status: status) }
    let exporter = try self.exporter(collector)
    self.spans(3, to: exporter)
    try self.run(exporter, for: .seconds(30))
    #expect(collector.requests.count == 1)
    #expect(exporter.waiting.spans == 0)
    #expect(self.metric("resilience_otlp_dropped_total{signal=\"traces\",reason=\"refused\"} 3"))
  }

  @Test("R11.8 what the collector rejects of a request that it takes is counted")
  func partial() throws {
    let body = Array(#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}"#.utf8)
    let collector = ScriptedCollector(self.simulation.runtime) { _, _ in OTLPAnswer(status: 200, body: body) }
    let exporter = try self.exporter(collector)
    self.spans(5, to: exporter)
    try self.run(exporter, for: .seconds(1))
    #expect(self.metric("resilience_otlp_sent_total{signal=\"traces\"} 3"))
    #expect(self.metric("resilience_otlp_dropped_total{signal=\"traces\",reason=\"rejected\"} 2"))
  }

  @Test("R11.8 the flush at the end sends what waits, and gives up in time where the collector is away")
  func flush() throws {
    let runtime = self.simulation.runtime
    let collector = ScriptedCollector(runtime) { _, _ in OTLPAnswer(status: 200) }
    let exporter = try self.exporter(collector)
    self.spans(2, to: exporter)
    try self.simulation.run { await exporter.flush(within: .seconds(5)) }
    #expect(exporter.waiting.spans == 0)

    let away = ScriptedCollector(runtime) { _, _ in throw Refused() }
    let hopeless = try TelemetryExporter(
      OTLPConfiguration(), resource: TelemetryResource(service: "shop"), transport: away, runtime: runtime)
    self.spans(2, to: hopeless)
    let before = self.simulation.now()
    try self.simulation.run { await hopeless.flush(within: .seconds(5)) }
    #expect(self.simulation.now() - before <= 5_100_000_000)
  }

  @Test("R11.8 metrics go out at every interval, and nothing of a signal that is switched off")
  func metrics() throws {
    let collector = ScriptedCollector(self.simulation.runtime) { _, _ in OTLPAnswer(status: 200) }
    let exporter = try self.exporter(collector) {
      $0.signals = [.metrics]
      $0.interval = .seconds(10)
    }
    self.spans(2, to: exporter)
    try self.run(exporter, for: .seconds(35))
    #expect(collector.requests(.metrics).count == 4)
    #expect(collector.requests(.traces).isEmpty && exporter.waiting.spans == 0)
  }

  @Test("Settings out of range are told, and brought to the nearest allowed")
  func settings() {
    let wild = OTLPConfiguration(interval: .zero, maxQueue: 0, maxBatch: -1, timeout: .seconds(10_000))
    #expect(wild.problems.map(\.setting) == ["interval", "maxQueue", "maxBatch", "timeout"])
    #expect(wild.clamped.problems.isEmpty && OTLPConfiguration().problems.isEmpty)
  }
}
