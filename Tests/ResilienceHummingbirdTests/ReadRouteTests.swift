import HTTPTypes
import ResilienceInterfaces
import Testing

@testable import ResilienceHummingbird

@Suite("Reading from the operations server")
struct ReadRouteTests {
  @Test("R9.1 /health/dependencies is exactly a flat object of booleans, 200 whatever their state")
  func flatBooleans() async throws {
    try await OperationsBench().withClient { client async throws in
      let answer = try await client.get("/health/dependencies")
      #expect(answer.status == 200)
      #expect(answer.text == #"{"mail":true,"orders":false,"search":true}"#)
      #expect(answer.header("Content-Type") == "application/json")
    }
  }

  @Test("R9.1 /health/dependencies?detail=full says more, and another detail is refused with what is allowed")
  func detail() async throws {
    try await OperationsBench().withClient { client async throws in
      let full = try await client.get("/health/dependencies?detail=full")
      guard case .object(let orders) = full["orders"] else {
        Issue.record("no object: \(full.text)")
        return
      }
      #expect(orders["usable"] == false && orders["state"] == "unhealthy")
      #expect(orders["breaker"] == "open" && orders["criticality"] == "critical")
      let wrong = try await client.get("/health/dependencies?detail=some")
      #expect(wrong.status == 422 && wrong.text.contains("full, or leave it out"))
    }
  }

  @Test("R9.1 /health is health+json; only failing is a 503", arguments: HealthReport.Grade.allCases)
  func health(_ grade: HealthReport.Grade) async throws {
    try await OperationsBench(.init(grade: grade)).withClient { client async throws in
      let answer = try await client.get("/health")
      #expect(answer.status == (grade == .fail ? 503 : 200))
      #expect(answer.header("Content-Type") == "application/health+json")
      #expect(answer["status"] == .string(grade.rawValue) && answer["serviceId"] == "shop")
      guard case .object(let checks) = answer["checks"], case .array(let list) = checks["orders:circuitBreaker"],
        case .object(let check) = list.first
      else {
        Issue.record("no checks: \(answer.text)")
        return
      }
      #expect(check["time"] == "2026-09-21T14:13:20Z")
    }
  }

  @Test("R9.1 live, ready and start-up tell what they are asked", arguments: [true, false])
  func probes(_ good: Bool) async throws {
    try await OperationsBench(.init(isReady: good, isStarted: good)).withClient { client async throws in
      #expect(try await client.get("/health/live").status == 200)
      #expect(try await client.get("/health/ready").status == (good ? 200 : 503))
      #expect(try await client.get("/health/startup").status == (good ? 200 : 503))
      #expect(try await client.get("/health/ready").text == #"{"status":"\#(good ? "pass" : "fail")"}"#)
    }
  }

  @Test("lists leave evidence out, single ones show why a breaker opened")
  func breakers() async throws {
    try await OperationsBench().withClient { client async throws in
      let list = try await client.get("/api/breakers")
      #expect(list.status == 200 && !list.text.contains("503 from upstream"))
      let one = try await client.get("/api/breakers/orders")
      #expect(one.text.contains("503 from upstream") && one["state"] == "open" && one["trips"] == .number(2))
      let dependency = try await client.get("/api/dependencies/orders")
      #expect(dependency.text.contains("503 from upstream") && dependency["usable"] == false)
      let dependencies = try await client.get("/api/dependencies")
      #expect(dependencies.status == 200 && !dependencies.text.contains("503 from upstream"))
      #expect(try await client.get("/api/bulkheads").text.contains(#""maxConcurrent":20"#))
    }
  }

  @Test("metrics come in Prometheus' text format")
  func metrics() async throws {
    try await OperationsBench().withClient { client async throws in
      let answer = try await client.get("/metrics")
      #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
      #expect(answer.text.contains("circuit_breaker_state{"))
    }
  }

  @Test("version, degradation, faults and session are told")
  func others() async throws {
    try await OperationsBench().withClient { client async throws in
      #expect(try await client.get("/version").text == #"{"name":"resilience","version":"1.2.3"}"#)
      #expect(try await client.get("/health/degradation")["mode"] == "degraded")
      #expect(try await client.get("/api/examples/orders/faults")["dependency"] == "orders")
      let session = try await client.get("/session")
      #expect(session["operator"] == "local" && session["loginRequired"] == false && session["csrfToken"] == .null)
    }
  }

  @Test("there are no faults to switch where there are no example upstreams")
  func noExamples() async throws {
    try await OperationsBench(.init(examples: [])).withClient { client async throws in
      #expect(try await client.get("/api/examples/orders/faults").status == 404)
      #expect(try await client.send(.put, "/api/examples/orders/faults", body: "{}").status == 404)
    }
  }

  @Test("HEAD answers like GET without a body, and opens no stream")
  func head() async throws {
    let bench = try OperationsBench()
    try await bench.withClient { client async throws in
      for path in ["/health", "/metrics", "/", "/api/events"] {
        let answer = try await client.send(.head, path)
        #expect(answer.status == 200 && answer.text.isEmpty, "\(path)")
      }
    }
    #expect(bench.plane.feed.listenerCount == 0)
  }

  @Test("the OpenAPI document has exactly the routes that are served")
  func openAPI() async throws {
    let bench = try OperationsBench()
    try await bench.withClient { client async throws in
      let answer = try await client.get("/api/openapi.json")
      guard case .object(let paths) = answer["paths"] else {
        Issue.record("no paths")
        return
      }
      let expected: Set = [
        "GET /", "GET /health", "GET /health/live", "GET /health/ready", "GET /health/startup",
        "GET /health/dependencies", "GET /health/degradation", "POST /health/degradation/reset", "GET /metrics",
        "GET /api/dependencies", "GET /api/dependencies/{name}", "GET /api/breakers", "GET /api/breakers/{name}",
        "GET /api/bulkheads", "GET /api/configuration", "PUT /api/breakers/{name}/override",
        "DELETE /api/breakers/{name}/override",
        "POST /api/breakers/{name}/reset", "GET /api/audit", "GET /api/events", "GET /api/examples/{name}/faults",
        "PUT /api/examples/{name}/faults", "GET /api/openapi.json", "GET /version", "POST /login", "POST /logout",
        "GET /session", "PUT /health/degradation/mode", "DELETE /health/degradation/mode", "GET /api/notices",
        "GET /api/toggles", "GET /api/toggles/{name}", "PUT /api/toggles/{name}", "DELETE /api/toggles/{name}",
        "GET /api/toggles/{name}/evaluate", "POST /ofrep/v1/evaluate/flags/{key}", "POST /ofrep/v1/evaluate/flags",
        "GET /api/review", "GET /api/review/{id}", "PUT /api/review/{id}", "POST /api/review/{id}/approve",
        "POST /api/review/{id}/discard", "GET /api/settings", "PATCH /api/settings", "GET /api/settings/{key}",
        "PUT /api/settings/{key}", "DELETE /api/settings/{key}",
        "DELETE /api/queue/items/{id}", "DELETE /api/queue/{name}/dead", "GET /api/queue", "GET /api/queue/dead",
        "GET /api/queue/items", "GET /api/queue/items/{id}", "POST /api/queue/dead/{id}/replay",
        "POST /api/queue/dead/replay",
        "GET /api/sessions", "POST /api/sessions", "GET /api/sessions/{id}", "PUT /api/sessions/{id}",
        "DELETE /api/sessions/{id}", "GET /api/sessions/health", "GET /api/sessions/reconciliation",
        "POST /api/sessions/admission", "POST /api/sessions/check", "POST /api/sessions/clean",
        "GET /api/sessions/conflicts/{id}", "POST /api/sessions/conflicts/{id}",
        "GET /api/healing", "GET /api/healing/runs", "POST /api/healing/{workflow}/run",
        "POST /api/healing/runs/{id}/rollback", "PUT /api/healing/stop", "DELETE /api/healing/stop",
      ]
      var found: Set<String> = []
      for (path, operations) in paths {
        guard case .object(let methods) = operations else { continue }
        for method in methods.keys { found.insert("\(method.uppercased()) \(path)") }
      }
      #expect(found == expected)
    }
  }

  @Test("every answer may not be cached or sniffed, and carries a correlation id")
  func headers() async throws {
    try await OperationsBench().withClient { client async throws in
      for path in ["/health/live", "/api/breakers", "/nothing", "/"] {
        let answer = try await client.get(path)
        #expect(answer.header("Cache-Control") == "no-store" && answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Referrer-Policy") == "no-referrer")
        #expect(answer.header("X-Correlation-ID")?.utf8.count == 36, "\(path)")
      }
    }
  }

  @Test(
    "R7.4 the correlation id is taken from the request where it is harmless",
    arguments: [
      ("X-Correlation-ID", "order-17", "order-17"),
      ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
      ("X-Correlation-ID", "<script>", nil), ("X-Correlation-ID", String(repeating: "x", count: 129), nil),
      ("traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01", nil), ("traceparent", "garbage", nil),
    ] as [(String, String, String?)])
  func correlation(_ name: String, value: String, expected: String?) async throws {
    try await OperationsBench().withClient { client async throws in
      let found = try await client.get("/health/live", [name: value]).header("X-Correlation-ID")
      if let expected { #expect(found == expected) } else { #expect(found != value && found?.utf8.count == 36) }
    }
  }

  @Test("the console is one page that only its own script and style may run in")
  func console() async throws {
    try await OperationsBench().withClient { client async throws in
      let first = try await client.get("/")
      let second = try await client.get("/")
      let policy = first.header("Content-Security-Policy") ?? ""
      #expect(first.status == 200 && first.header("Content-Type") == "text/html; charset=utf-8")
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      let nonce = policy.split(separator: "script-src 'nonce-").last?.prefix { $0 != "'" } ?? ""
      #expect(nonce.utf8.count == 64 && first.text.contains("<script nonce=\"\(nonce)\">"))
      #expect(second.header("Content-Security-Policy") != policy)
      for forbidden in ["{{", "innerHTML", "src=\"http", "href=\"http", "@import", "url(", "style=\""] {
        #expect(!first.text.contains(forbidden), "\(forbidden)")
      }
    }
  }
}
