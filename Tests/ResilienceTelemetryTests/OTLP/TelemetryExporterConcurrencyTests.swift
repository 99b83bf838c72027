import CoreMetrics
import Resilience
import ResilienceInterfaces
import Testing
import Tracing

@testable import ResilienceTelemetry

@Suite("Telemetry from many threads")
struct TelemetryExporterConcurrencyTests {
  @Test("R11.8 nothing is lost or counted twice: sent, dropped and waiting make up what was recorded")
  func spans() async throws {
    let registry = MetricRegistry()
    let collector = ScriptedCollector(.live) { number, _ in
      number % 3 == 0 ? OTLPAnswer(status: 400) : OTLPAnswer(status: 200)
    }
    let exporter = try TelemetryExporter(
      OTLPConfiguration(signals: [.traces], interval: .milliseconds(10), maxQueue: 300, maxBatch: 50),
      resource: TelemetryResource(service: "shop"), registry: registry, transport: collector)
    let tracer = SpanTracer(sink: exporter)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for number in 0..<500 {
            let span = tracer.startSpan("s", context: .topLevel)
            span.attributes["n"] = Int64(number)
            span.end()
            if number % 50 == 0 { await exporter.flush(within: .seconds(1)) }
          }
        }
      }
    }
    await exporter.flush(within: .seconds(5))
    let text = registry.text().split(separator: "\n")
    func value(_ series: String) -> Int {
      text.first { $0.hasPrefix(series + " ") }.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }
    let sent = value("resilience_otlp_sent_total{signal=\"traces\"}")
    let refused = value("resilience_otlp_dropped_total{signal=\"traces\",reason=\"refused\"}")
    let full = value("resilience_otlp_dropped_total{signal=\"traces\",reason=\"queue_full\"}")
    #expect(sent + refused + full + exporter.waiting.spans == 4_000)
  }

  @Test("R11.8 one span changed by many threads keeps what they say, up to its bounds")
  func oneSpan() async throws {
    let basket = SpanBasket()
    let span = SpanTracer(sink: basket).startSpan("s", context: .topLevel)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          for _ in 0..<10 { span.addEvent("e") }
          span.updateAttributes { $0["k\(number)"] = true }
        }
      }
    }
    span.end()
    #expect(basket.spans.first?.events.count == 80)
  }

  @Test("R12.5 handlers of swift-metrics, readings and exemplars from many threads")
  func metrics() async throws {
    let registry = MetricRegistry(seriesLimit: 20)
    let bridge = try MetricsBridge(registry)
    let histogram = try registry.histogram("wait_seconds", help: "Wait.").bind()
    let trace = TraceContext(startingWith: { 7 })
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<6 {
        group.addTask {
          for number in 0..<100 {
            let counter = CoreMetrics.Counter(label: "jobs", dimensions: [("n", "\(number % 30)")], factory: bridge)
            counter.increment()
            if task == 0 { counter.destroy() }
            histogram.observe(0.01, exemplar: trace)
            if number % 20 == 0 { _ = registry.text(.openMetrics) }
          }
        }
      }
    }
    #expect(histogram.count == 600)
  }
}
