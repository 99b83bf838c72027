import Glibc
import ServerTestSupport
import Testing

@Suite("Secrets", .timeLimit(.minutes(60)))
struct SecretTests {
  /// Fields in which callers send secrets.
  private static let fields = [
    ("Authorization", "Bearer planted-1"), ("Cookie", "session=planted-2"), ("Proxy-Authorization", "Basic planted-3"),
    ("X-Api-Key", "planted-4"), ("X-Auth-Token", "planted-5"), ("X-Forwarded-Access-Token", "planted-6"),
    ("Idempotency-Key", "planted-7"),
  ]

  private static let paths = [
    "/health", "/health/live", "/health/ready", "/health/dependencies", "/health/dependencies?detail=full",
    "/health/degradation", "/metrics", "/api/dependencies", "/api/dependencies/up", "/api/breakers", "/api/breakers/up",
    "/api/bulkheads", "/api/audit", "/api/settings", "/api/healing", "/api/healing/runs",
    "/api/settings?below=dependencies.up", "/api/openapi.json", "/version", "/", "/api/examples", "/session",
    "/nothing-here",
  ]

  @Test("R7.5 R7.3 secrets planted in the configuration and in every field stand in no log, metric, span or answer")
  func planted() async throws {
    let receiver = try await OTLPReceiver()
    defer { receiver.end() }
    let upstream = try ScriptedUpstream { request in
      switch request.target.prefix(4) {
      case "/bad": .answer(500, [("Set-Cookie", "a=planted-8"), ("X-Secret", "planted-9")], "planted-10")
      case "/cut": .reset
      default: .ok("fine")
      }
    }
    defer { upstream.stop() }
    let keys = """
      url: "\(upstream.url)", retry: { maxAttempts: 2, backoff: { kind: constant, initial: 1ms } }, \
      circuitBreaker: { consecutiveFailures: 4 }
      """
    let settings = ProgramSettings.dependencies(("up", keys)).with {
      $0.operations = """
        token: "planted-token-0001", operators: [{ name: eve, token: "planted-token-0002", role: viewer }]
        """
      $0.telemetry =
        "otlp: { endpoint: \"http://127.0.0.1:\(receiver.port)\", interval: 200ms, headers: \"${COLLECTOR}\" }"
      $0.environment = ["COLLECTOR": "Authorization=Bearer%20planted-11", "RESILIENCE_LOG_LEVEL": "trace"]
    }
    try await ServedProgram.run(settings) { program in
      var outputs: [(String, String)] = []
      for target in ["/up/ok", "/up/cut", "/up/cut?key=planted-12", "/no/such", "/up/../x", "/up/cut", "/up/cut"] {
        let answer = try await program.get(target, Self.fields)
        outputs.append((target, "\(answer.fields) \(answer.body)"))
      }
      // The dependency's own answer is the caller's and goes through; what we say of it must not repeat it.
      for _ in 0..<4 { _ = try await program.get("/up/bad?password=planted-13", Self.fields) }
      let token = ("Authorization", "Bearer planted-token-0001")
      for path in Self.paths {
        for credential in [[token], [("Authorization", "Bearer planted-14")], Self.fields] {
          let answer = try await program.operate("GET", path, nil, credential)
          outputs.append((path, "\(answer.fields) \(answer.body)"))
        }
      }
      let bad = try await program.operate(
        "PUT", "/api/breakers/up/override", ["state": "isolated", "planted-field": "planted-15"], [token])
      #expect(bad.status == 422)
      try await eventually("spans and logs have come") {
        let received = try await receiver.received()
        return received["traces"].elements.count > 5 && received["logs"].elements.count > 5 ? true : nil
      }
      program.signal(SIGTERM)
      #expect(try await program.exit() == 0)
      let raw = try await receiver.raw()
      #expect(raw.contains("resourceSpans") && raw.contains("resourceLogs") && raw.contains("resourceMetrics"))
      outputs.append(("what the collector got", raw))
      outputs.append(("the log", program.current?.errors ?? ""))
      outputs.append(("standard output", program.current?.output ?? ""))
      for (place, text) in outputs {
        let found = text.matches(of: /planted-(?!field)[a-z0-9-]*/).map { String($0.output) }
        #expect(found.isEmpty, "\(place): \(Set(found))")
      }
    }
  }

  @Test(
    "R7.5 a faulty secret in the configuration is not repeated in the error",
    arguments: [
      "operations: { token: \"planted 1\" }", "telemetry: { otlp: { headers: \"planted-1\" } }",
      "telemetry: { otlp: { endpoint: \"http://user:planted-1@host\" } }",
    ])
  func faults(text: String) async throws {
    let folder = try TestFolder()
    let file = try folder.write(text + "\ndependencies: {}\n", to: "bad.yaml")
    let process = try ChildProcess(try Programs.resilience(), ["check", file], folder: folder, name: "check")
    #expect(try await process.exit() == 2)
    #expect(!(process.output + process.errors).contains("planted"), "\(process.output)\(process.errors)")
  }
}
