import Foundation
import Glibc
import ServerTestSupport
import Testing

@Suite("Telemetry as a collector gets it", .timeLimit(.minutes(60)))
struct TelemetryExportTests {
  /// A program whose dependency fails twice and then answers, called once by a caller that traces.
  private static func run(
    _ keys: String = "retry: { maxAttempts: 3, backoff: { kind: constant, initial: 1ms } }",
    script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    environment: [String: String?] = [:], telemetry: ((OTLPReceiver) -> String)? = nil,
    _ body: (ServedProgram, OTLPReceiver, ScriptedUpstream) async throws -> Void
  ) async throws {
    let receiver = try await OTLPReceiver()
    defer { receiver.end() }
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.telemetry = telemetry?(receiver) ?? receiver.keys
      $0.environment = ["RESILIENCE_LOG_LEVEL": "debug"].merging(environment) { $1 }
    }
    try await ServedProgram.run(settings) { try await body($0, receiver, upstream) }
  }

  private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  private static let traceID = "0af7651916cd43dd8448eb211c80319c"

  /// The spans of the caller's trace, once so many have come.
  private static func spans(_ receiver: OTLPReceiver, _ count: Int) async throws -> [JSON] {
    try await eventually("\(count) spans have come") {
      let received = try await receiver.received()
      #expect(received["errors"].elements.isEmpty, "\(received["errors"])")
      let found =
        received["spans"].elements + received["traces"].elements.filter { $0["traceId"].string == Self.traceID }
      return found.count >= count ? found : nil
    }
  }

  @Test("R11.8 a server span below the caller's, one client span per attempt with resend_count, retries as events")
  func spans() async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = {
      $0.previous < 2 ? .answer(503, [], "no") : .ok("fine")
    }
    try await Self.run(script: script) { program, receiver, upstream in
      let fields = [("traceparent", Self.parent), ("tracestate", "vendor=x"), ("X-Correlation-ID", "order-1")]
      #expect(try await program.get("/up/a?token=q", fields).status == 200)
      let spans = try await Self.spans(receiver, 4)
      let server = try #require(spans.first { $0["kind"] == 2 })
      #expect(server["parentSpanId"] == "b7ad6b7169203331" && server["traceState"] == "vendor=x")
      #expect(server["name"] == "GET /up" && server["attributes"]["http.response.status_code"] == 200)
      #expect(server["attributes"]["url.path"] == "/up/a" && server["attributes"]["http.route"] == "/up")
      #expect(server["attributes"]["resilience.attempts"] == 3)
      #expect(server["resource"]["service.name"] == "outside")
      let events = server["events"].elements.map { $0["name"].string }
      #expect(events.filter { $0 == "retry.scheduled" }.count == 2 && events.contains("retry.recovered"))
      let attempts = spans.filter { $0["kind"] == 3 }.sorted { ($0["start"].double ?? 0) < ($1["start"].double ?? 0) }
      #expect(attempts.count == 3)
      #expect(attempts.allSatisfy { $0["parentSpanId"] == server["spanId"] })
      #expect(attempts.map { $0["attributes"]["http.request.resend_count"].double } == [nil, 1, 2])
      #expect(attempts.map { $0["attributes"]["http.response.status_code"].double } == [503, 503, 200])
      #expect(attempts.map { $0["status"].double } == [2, 2, 0])
      // Each attempt is sent with the id of its own span.
      let sent = upstream.requests.compactMap { $0.fields["traceparent"] }
      #expect(sent == attempts.map { "00-\(Self.traceID)-\($0["spanId"].string ?? "")-01" })
      #expect(upstream.requests.allSatisfy { $0.fields["tracestate"] == "vendor=x" })
      #expect(!(try await receiver.raw()).contains("token=q"), "queries may hold secrets")
    }
  }

  @Test("R11.8 rejections and fallbacks stand in the server span as events")
  func rejections() async throws {
    let keys = """
      retry: false, circuitBreaker: { consecutiveFailures: 1 }, \
      fallback: [{ template: { status: 200, contentType: text/plain, body: spare } }]
      """
    try await Self.run(keys, script: { _ in .answer(500, [], "no") }) { program, receiver, _ in
      _ = try await program.get("/up/a")
      _ = try await program.get("/up/a", [("traceparent", Self.parent)])
      let server = try #require(try await Self.spans(receiver, 1).first)
      let events = server["events"].elements
      let rejected = try #require(events.first { $0["name"] == "call.rejected" })
      #expect(rejected["attributes"]["resilience.reason"] == "circuitOpen")
      #expect(events.contains { $0["name"] == "fallback.served" })
      #expect(server["attributes"]["resilience.outcome"] == "fallback")
    }
  }

  @Test("R11.8 a caller that does not record is followed, and its flag goes on to the dependency")
  func sampling() async throws {
    try await Self.run(script: { _ in .ok("fine") }) { program, receiver, upstream in
      let unsampled = String(Self.parent.dropLast()) + "0"
      #expect(try await program.get("/up/quiet", [("traceparent", unsampled)]).status == 200)
      #expect(try await program.get("/up/loud", [("traceparent", Self.parent)]).status == 200)
      let spans = try await Self.spans(receiver, 2)
      #expect(!spans.contains { $0["attributes"]["url.path"] == "/up/quiet" })
      #expect(upstream.requests.first?.fields["traceparent"]?.hasSuffix("-00") == true)
    }
  }

  @Test("R11.8 without a collector the trace context still goes on, and nothing else happens")
  func withoutCollector() async throws {
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    try await ServedProgram.run(.dependencies(("up", "url: \"\(upstream.url)\""))) { program in
      _ = try await program.get("/up/a", [("traceparent", Self.parent)])
      #expect(upstream.requests.first?.fields["traceparent"]?.contains(Self.traceID) == true)
      #expect(!(try await program.operate("GET", "/metrics").body).contains("resilience_otlp"))
    }
  }

  @Test("R12.5 R7.5 metrics and logs come too: values, kinds, severities, and the trace of the request")
  func metricsAndLogs() async throws {
    try await Self.run("retry: { maxAttempts: 2 }", script: { _ in .reset }) { program, receiver, _ in
      _ = try await program.get("/up/a", [("traceparent", Self.parent), ("X-Correlation-ID", "order-2")])
      let received = try await eventually("logs and metrics have come") {
        let received = try await receiver.received()
        let isThere = received["logs"].elements.contains { $0["attributes"]["correlation_id"] == "order-2" }
        let failed = received["metrics"].elements.contains {
          $0["name"] == "resilience_requests_total" && $0["attributes"]["outcome"] == "error" && $0["value"] == 1
        }
        return isThere && failed ? received : nil
      }
      #expect(received["errors"].elements.isEmpty, "\(received["errors"])")
      let record = try #require(received["logs"].elements.first { $0["attributes"]["event"] == "retry.scheduled" })
      #expect(record["traceId"].string == Self.traceID && record["spanId"].string?.count == 16)
      #expect(record["severity"] == 5 && record["attributes"]["operation"] == "up")
      #expect(record["attributes"]["service"] == "outside" && record["attributes"]["client_address"] == "127.0.0.1")
      let metrics = received["metrics"].elements
      let requests = try #require(metrics.first { $0["name"] == "resilience_requests_total" })
      #expect(requests["kind"] == "sum" && requests["monotonic"] == true && requests["temporality"] == 2)
      let duration = try #require(
        metrics.first { $0["name"] == "resilient_operation_duration_seconds" && $0["attributes"]["outcome"] == "error" }
      )
      #expect(duration["kind"] == "histogram" && duration["count"] == 1 && duration["unit"] == "s")
      #expect(duration["exemplars"].elements.first?.string == Self.traceID)
      #expect(metrics.contains { $0["name"] == "circuit_breaker_state" && $0["kind"] == "gauge" })
    }
  }

  @Test("R11.8 OpenTelemetry's own variables name the collector, its headers, the service and its attributes")
  func variables() async throws {
    let receiver = try await OTLPReceiver()
    defer { receiver.end() }
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\"")).with {
      $0.telemetry = "otlp: { interval: 200ms }"
      $0.environment = [
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(receiver.port)",
        "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20collector-secret",
        "OTEL_SERVICE_NAME": "Named By Variable",
        "OTEL_RESOURCE_ATTRIBUTES": "team=payments,zone=a%20b",
      ]
    }
    try await ServedProgram.run(settings) { program in
      _ = try await program.get("/up/a", [("traceparent", Self.parent)])
      let span = try #require(try await Self.spans(receiver, 1).first)
      #expect(span["resource"]["service.name"] == "Named By Variable")
      #expect(span["resource"]["team"] == "payments" && span["resource"]["zone"] == "a b")
      let received = try await receiver.received()
      #expect(received["headers"].elements.allSatisfy { $0 == "Bearer collector-secret" })
    }
  }

  @Test("R11.8 what has not been sent is sent at the end; a collector that refuses is counted and holds nobody up")
  func shutdown() async throws {
    try await Self.run(
      script: { _ in .ok("fine") },
      telemetry: { "otlp: { endpoint: \"http://127.0.0.1:\($0.port)\", interval: 1h }" }
    ) { program, receiver, _ in
      _ = try await program.get("/up/a", [("traceparent", Self.parent)])
      program.signal(SIGTERM)
      #expect(try await program.exit() == 0)
      #expect(try await Self.spans(receiver, 2).count == 2)
    }
    try await Self.run(script: { _ in .ok("fine") }) { program, receiver, _ in
      try await receiver.answer(with: 400)
      _ = try await program.get("/up/a", [("traceparent", Self.parent)])
      try await program.metric("resilience_otlp_dropped_total{signal=\"traces\",reason=\"refused\"} 2")
    }
  }
}
