import Glibc
import ServerTestSupport
import Testing

@Suite("The operations server", .timeLimit(.minutes(60)))
struct OperationsTests {
  private static let keys = """
    retry: false, timeout: 10s,
    circuitBreaker: { consecutiveFailures: 2, openDuration: 60s, permittedProbes: 1, successThreshold: 1 }
    """

  /// Runs a body with two dependencies; `up` does what the script says, `away` is nowhere.
  private static func with(
    _ change: (inout ProgramSettings) -> Void = { _ in },
    script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply = { _ in .ok("fine") },
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("up", "url: \"\(upstream.url)\", \(Self.keys)"),
      ("away", "url: \"http://127.0.0.1:\(try FreePort.take())\", criticality: critical, \(Self.keys)"))
    try await ServedProgram.run(settings.with(change)) { try await body($0, upstream) }
  }

  @Test("R9.1 /health/dependencies is a flat object of booleans")
  func dependencies() async throws {
    try await Self.with { program, _ in
      let before = try await program.operate("GET", "/health/dependencies")
      #expect(before.status == 200)
      #expect(before["Content-Type"]?.hasPrefix("application/json") == true)
      #expect(before.json == ["up": true, "away": true])
      try await program.openBreaker("away")
      let after = try await program.operate("GET", "/health/dependencies")
      #expect(after.json == ["up": true, "away": false])
      let full = try await program.operate("GET", "/health/dependencies?detail=full")
      #expect(full.json["away"]["state"] == "unhealthy", "the details never know less: \(full)")
      #expect(full.json["away"]["breaker"] == "open")
      #expect(full.json["away"]["criticality"] == "critical")
    }
  }

  @Test("R9.1 health tells what is wrong; liveness and readiness never look at a dependency")
  func health() async throws {
    try await Self.with { program, _ in
      let good = try await program.operate("GET", "/health")
      #expect(good.status == 200)
      #expect(good["Content-Type"]?.hasPrefix("application/health+json") == true)
      #expect(good.json["status"] == "pass")
      #expect(good.json["serviceId"] == "outside")
      try await program.openBreaker("away")
      let bad = try await program.operate("GET", "/health")
      #expect(bad.json["status"] == "fail", "a critical one is away: \(bad)")
      #expect(bad.json["checks"].members?.keys.contains { $0.contains("away") } == true)
      for path in ["/health/live", "/health/ready", "/health/startup"] {
        let answer = try await program.operate("GET", path)
        #expect(answer.status == 200 && answer.json["status"] == "pass", "\(path): \(answer)")
      }
      #expect(!bad.body.contains("127.0.0.1"), "an address: \(bad.body)")
    }
  }

  @Test("R12.5 promtool accepts /metrics, and the documents' names are there")
  func metrics() async throws {
    try await Self.with { program, _ in
      _ = try await program.get("/up/")
      try await program.openBreaker("away")
      let answer = try await program.operate("GET", "/metrics")
      #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
      for name in [
        "circuit_breaker_state", "circuit_breaker_trips_total", "retry_attempts_total",
        "resilient_operation_duration_seconds_bucket", "degraded_services", "service_recovery_total",
        "resilience_requests_total",
      ] {
        #expect(answer.body.contains("\n\(name){"), "\(name)")
      }
      let file = try program.folder.write(answer.body, to: "metrics.txt")
      let promtool = try ChildProcess(
        "/bin/sh", ["-c", "exec '\(try Programs.promtool())' check metrics < '\(file)'"], folder: program.folder,
        name: "promtool")
      #expect(try await promtool.exit() == 0, "\(promtool.errors)\(promtool.output)")
      #expect(promtool.errors.isEmpty, "\(promtool.errors)")
    }
  }

  @Test("R2.7 an operator isolates a dependency, and gives it back")
  func override() async throws {
    try await Self.with { program, upstream in
      let path = "/api/breakers/up/override"
      let set = try await program.operate("PUT", path, ["state": "isolated", "reason": "maintenance", "for": "10m"])
      #expect(set.status == 200)
      #expect(set.json["state"] == "isolated")
      #expect(set.json["override"]["reason"] == "maintenance")
      let refused = try await program.get("/up/")
      #expect(refused.status == 503)
      #expect(refused.json["state"] == "isolated")
      #expect(refused.json["code"] == "ORC_005")
      #expect(refused["Retry-After"] != nil)
      #expect(upstream.requests.isEmpty)
      #expect(try await program.operate("GET", "/health/dependencies").json["up"] == false)

      let removed = try await program.operate("DELETE", path, ["reason": "done"])
      #expect(removed.status == 200)
      #expect(removed.json["state"] == "closed")
      #expect(try await program.get("/up/").body == "fine")
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.map { $0["action"].string } == ["breaker.release", "breaker.override"])
      #expect(audit.last?["reason"] == "maintenance")
      #expect(audit.last?["subject"] == "up")
    }
  }

  @Test("R2.7 an open breaker is reset by hand, and observing lets everything pass")
  func reset() async throws {
    try await Self.with(script: { _ in .answer(500, [], "broken") }) { program, _ in
      try await program.openBreaker("up")
      let reset = try await program.operate("POST", "/api/breakers/up/reset", ["reason": "repaired"])
      #expect(reset.json["state"] == "closed")
      #expect(reset.json["counts"]["total"] == 0)
      let observing = try await program.operate(
        "PUT", "/api/breakers/up/override", ["state": "observing", "reason": "trying"])
      #expect(observing.json["state"] == "observing")
      for _ in 0..<5 {
        let answer = try await program.get("/up/")
        #expect(answer.body == "broken")
      }
    }
  }

  @Test("R2.7 an override with an end ends by itself")
  func expiry() async throws {
    try await Self.with { program, _ in
      _ = try await program.operate(
        "PUT", "/api/breakers/up/override", ["state": "isolated", "reason": "short", "for": "5s"])
      #expect(try await program.get("/up/").status == 503)
      try await eventually("it has run out") { try await program.get("/up/").status == 200 ? true : nil }
      try await eventually("the audit says so") {
        let audit = try await program.operate("GET", "/api/audit").json.elements
        return audit.first?["action"] == "breaker.expired" ? true : nil
      }
    }
  }

  @Test("R7.3 bad input to a write is told precisely")
  func badInput() async throws {
    try await Self.with { program, _ in
      let path = "/api/breakers/up/override"
      let json = [("Content-Type", "application/json")]
      let cases: [(name: String, body: String, fields: [(String, String)], status: Int, detail: String)] = [
        ("no JSON", "{\"state\": ", json, 400, "not JSON"),
        ("no body", "", json, 400, "empty"),
        ("no object", "[1]", json, 400, "'state', 'reason', 'for'"),
        ("an unknown field", "{\"state\":\"isolated\",\"reason\":\"x\",\"until\":\"1h\"}", json, 422, "until"),
        ("no reason", "{\"state\":\"isolated\"}", json, 422, "reason"),
        ("an empty reason", "{\"state\":\"isolated\",\"reason\":\" \"}", json, 422, "reason"),
        (
          "a reason too long", "{\"state\":\"isolated\",\"reason\":\"\(String(repeating: "x", count: 501))\"}", json,
          422, "reason"
        ),
        ("an unknown state", "{\"state\":\"closed\",\"reason\":\"x\"}", json, 422, "state"),
        ("a state of another type", "{\"state\":1,\"reason\":\"x\"}", json, 422, "state"),
        ("a length without a unit", "{\"state\":\"isolated\",\"reason\":\"x\",\"for\":\"10\"}", json, 422, "for"),
        (
          "another media type", "{\"state\":\"isolated\",\"reason\":\"x\"}", [("Content-Type", "text/plain")], 415,
          "application/json"
        ),
        (
          "another origin", "{\"state\":\"isolated\",\"reason\":\"x\"}", json + [("Origin", "http://evil.example")],
          403, "origin"
        ),
        ("a body too large", "{\"reason\":\"\(String(repeating: "x", count: 70_000))\"}", json, 413, "65536"),
      ]
      for each in cases {
        let answer = try await HTTP.send("PUT", program.operations, path, each.fields, body: each.body)
        #expect(answer.status == each.status, "\(each.name): \(answer)")
        #expect(answer["Content-Type"] == "application/problem+json", "\(each.name)")
        let detail = answer.json["detail"].string ?? ""
        #expect(detail.contains(each.detail), "\(each.name): \(detail)")
      }
      let unknown = try await program.operate(
        "PUT", "/api/breakers/nobody/override", ["state": "isolated", "reason": "x"])
      #expect(unknown.status == 404)
      #expect(unknown.json["detail"].string?.contains("up") == true, "the known names are told: \(unknown)")
      let method = try await program.operate("POST", path, ["state": "isolated", "reason": "x"])
      #expect(method.status == 405)
      #expect(method["Allow"] == "DELETE, PUT")
      #expect(try await program.state("up") == "closed")
      #expect(try await program.operate("GET", "/api/audit").json.elements.isEmpty)
    }
  }

  @Test("R2.7 what an operator decided, and the audit, survive kill -9")
  func crash() async throws {
    try await Self.with {
      $0.storage = "sqlite:{folder}/state.db"
    } _: { program, _ in
      let set = try await program.operate(
        "PUT", "/api/breakers/up/override", ["state": "isolated", "reason": "burning", "for": "1h"])
      #expect(set.status == 200)
      _ = try await program.operate("PUT", "/api/breakers/away/override", ["state": "disabled", "reason": "test"])
      _ = try await program.operate("DELETE", "/api/breakers/away/override", ["reason": "test over"])
      program.crash()
      try await program.start()
      let breaker = try await program.operate("GET", "/api/breakers/up").json
      #expect(breaker["state"] == "isolated")
      #expect(breaker["override"]["reason"] == "burning")
      let expires = try #require(breaker["override"]["expires"].double)
      #expect(abs(expires - (set.json["override"]["expires"].double ?? 0)) < 2_000, "the end stays where it was")
      #expect(try await program.state("away") == "closed")
      #expect(try await program.get("/up/").json["state"] == "isolated")
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.map { $0["subject"].string } == ["away", "away", "up"])
      #expect(audit.last?["reason"] == "burning")
    }
  }

  @Test("R12.2 the event stream tells at once that a breaker has opened")
  func events() async throws {
    try await Self.with { program, _ in
      let port = program.operations
      async let heard = offPool {
        let socket = try RawSocket(port: port)
        try socket.send(HTTP.request("GET", port, "/api/events", [("Accept", "text/event-stream")]))
        var reader = MessageReader(socket)
        guard let head = try reader.head() else { throw Trouble("no answer") }
        var lines = [head.line, head.fields["content-type"] ?? ""]
        // Chunk sizes stand between the lines; they disturb nobody who looks for whole lines.
        while lines.last?.contains("breaker.opened") != true { lines.append(try reader.line()) }
        return lines
      }
      try await program.openBreaker("away")
      let lines = try await heard
      #expect(lines.first == "HTTP/1.1 200 OK")
      #expect(lines[1] == "text/event-stream")
      #expect(lines.contains("event: snapshot"))
      #expect(lines.contains("event: event"))
      let event = JSON(String(lines.last?.dropFirst("data: ".count) ?? ""))
      #expect(event["kind"] == "breaker.opened")
      #expect(event["subject"] == "away")
      #expect(event["severity"] == "critical")
    }
  }
}
