import ServerTestSupport
import Testing

@Suite("Who asks, in the log", .timeLimit(.minutes(60)))
struct UserFieldTests {
  private static func lines(_ program: ServedProgram) -> [JSON] {
    (program.current?.errors ?? "").split(separator: "\n").map { JSON(String($0)) }
  }

  private static func settings(_ upstream: String, _ gateway: String) -> ProgramSettings {
    ProgramSettings.dependencies(("up", "url: \"\(upstream)\", retry: { maxAttempts: 2, backoff: { initial: 1ms } }"))
      .with {
        $0.gateway = gateway
        $0.environment = ["RESILIENCE_LOG_LEVEL": "debug"]
      }
  }

  /// The log line of the retry of the call with this correlation id.
  private static func line(_ program: ServedProgram, _ id: String) async throws -> JSON {
    try await eventually("the log tells of \(id)") {
      self.lines(program).first { $0["correlation_id"].string == id && $0["event"] == "retry.scheduled" }
    }
  }

  @Test("R7.5 a log line names the user whom a trusted proxy has authenticated, by the configured field and no other")
  func user() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "no") }
    defer { upstream.stop() }
    let trusted = "trustedProxies: [127.0.0.1/32], userField: X-Authenticated-User"
    try await ServedProgram.run(Self.settings(upstream.url, trusted)) { program in
      let fields = [("X-Authenticated-User", "alice@example"), ("X-Correlation-ID", "one")]
      _ = try await program.get("/up/a", fields)
      let line = try await Self.line(program, "one")
      #expect(line["user"] == "alice@example" && line["client_address"] == "127.0.0.1")
      #expect(upstream.requests.first?.fields["X-Authenticated-User"] == "alice@example", "it goes on")
      // What does not fit into a log line is no name.
      let long = String(repeating: "x", count: 200)
      _ = try await program.get("/up/a", [("X-Authenticated-User", long), ("X-Correlation-ID", "two")])
      #expect(try await Self.line(program, "two")["user"] == .null)
    }
  }

  @Test("R7.5 off by default, and not believed from anybody else, whose claim does not reach the dependency either")
  func untrusted() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "no") }
    defer { upstream.stop() }
    let fields = [("X-Authenticated-User", "mallory"), ("X-Correlation-ID", "one")]
    for (gateway, goesOn) in [("", true), ("trustedProxies: [10.0.0.0/8], userField: X-Authenticated-User", false)] {
      try await ServedProgram.run(Self.settings(upstream.url, gateway)) { program in
        _ = try await program.get("/up/a", fields)
        let line = try await Self.line(program, "one")
        #expect(line["user"] == .null && line["client_address"] == "127.0.0.1")
        #expect((upstream.requests.last?.fields["X-Authenticated-User"] != nil) == goesOn)
      }
    }
  }

  @Test("R7.5 on the operations server the user is the operator, never the token")
  func operators() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.operations = "operators: [ { name: otto, token: \"otto-has-a-token\", role: operator } ]"
      $0.environment = ["RESILIENCE_LOG_LEVEL": "debug"]
    }
    try await ServedProgram.run(settings) { program in
      _ = try await program.operate(
        "PUT", "/api/settings/dependencies.up.timeout", ["value": "5s", "reason": "because"],
        [("Authorization", "Bearer otto-has-a-token"), ("X-Correlation-ID", "change-1")])
      let line = try await eventually("the log tells of the change") {
        Self.lines(program).first { $0["key"] == "dependencies.up.timeout" }
      }
      #expect(line["user"] == "otto" && line["correlation_id"] == "change-1" && line["client_address"] == "127.0.0.1")
      let log = program.current?.errors ?? ""
      #expect(!log.contains("otto-has-a-token"))
    }
  }
}
