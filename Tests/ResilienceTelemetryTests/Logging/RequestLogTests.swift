import Logging
import Resilience
import Testing
import Tracing

@testable import ResilienceTelemetry

@Suite("Logs of a request")
struct RequestLogTests {
  private final class Lines: Sendable {
    private let kept = Lock<[String]>([])
    var all: [String] { self.kept.withLock { $0 } }
    func add(_ line: String) { self.kept.withLock { $0.append(line) } }
  }

  private let lines = Lines()

  private func logger(_ provider: Logger.MetadataProvider? = .request) -> Logger {
    Logger(label: "l") { [lines] label in
      var handler = JSONLogHandler(label: label, metadataProvider: provider, now: { 0 }, write: { lines.add($0) })
      handler.logLevel = .trace
      return handler
    }
  }

  private static let scope = RequestScope(
    correlationID: "corr-1", service: "shop", operation: "checkout", user: "gold",
    trace: TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))

  @Test("R7.5 every line within a request has correlation id, trace, span, service, operation, user and severity")
  func everything() {
    let logger = self.logger()
    RequestScope.$current.withValue(Self.scope) { logger.warning("careful") }
    let line = self.lines.all[0]
    for part in [
      #""correlation_id":"corr-1""#, #""trace_id":"0af7651916cd43dd8448eb211c80319c""#,
      #""span_id":"b7ad6b7169203331""#,
      #""service":"shop""#, #""operation":"checkout""#, #""user":"gold""#, #""level":"warning""#,
    ] { #expect(line.contains(part)) }
  }

  @Test("R7.5 the innermost span counts, and outside of a request nothing is made up")
  func spans() throws {
    let logger = self.logger()
    logger.info("outside")
    #expect(!self.lines.all[0].contains("trace_id") && !self.lines.all[0].contains("correlation_id"))
    let tracer = SpanTracer(sink: SpanBasket())
    RequestScope.$current.withValue(Self.scope) {
      tracer.withSpan("inner") { span in
        logger.info("inside")
        #expect(self.lines.all[1].contains(#""span_id":"\#(span.trace.spanIDText)""#))
      }
    }
    CorrelationID.$current.withValue("task-2") { logger.info("library") }
    #expect(self.lines.all[2].contains(#""correlation_id":"task-2""#))
  }

  @Test("R7.5 policies log to the task's current logger, errors by their kind only")
  func observer() throws {
    struct Leaky: CategorizedError, CustomStringConvertible {
      var category: FailureCategory { .server }
      var description: String { "password=hunter2" }
    }
    let event = Event(
      .attemptFailed(Leaky(), delay: .milliseconds(5)), policy: .retry, name: "", at: 0, operation: "charge",
      correlationID: "c-9", attempt: 2)
    withLogger(self.logger()) { _ in LogObserver().observe(event) }
    let line = try #require(self.lines.all.first)
    #expect(line.contains(#""event":"retry.scheduled""#) && line.contains(#""correlation_id":"c-9""#))
    #expect(line.contains(#""error.type":"server""#) && line.contains(#""attempt":"2""#))
    #expect(!line.contains("hunter2"))
  }

  @Test("R7.5 records for a collector are redacted and carry the trace")
  func exported() throws {
    let collector = ScriptedCollector(.live) { _, _ in OTLPAnswer(status: 200) }
    let exporter = try TelemetryExporter(resource: TelemetryResource(service: "shop"), transport: collector)
    let logger = Logger(label: "l") { ExportingLogHandler(label: $0, exporter: exporter) }
    RequestScope.$current.withValue(Self.scope) {
      logger.info("hello", metadata: ["authorization": "Bearer abc123", "note": "Basic eHh4"])
      logger.info("Bearer zzz999")
      logger.debug("below the level")
    }
    #expect(exporter.waiting.records == 2)
  }
}
