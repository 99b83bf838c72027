import Glibc
import ServerTestSupport
import Testing

@Suite("Settings changed while the program runs", .timeLimit(.minutes(60)))
struct SettingsTests {
  private static let keys = "timeout: 9s, retry: false, circuitBreaker: { openDuration: 10s }"

  private static func settings(_ upstream: String, _ keys: String = SettingsTests.keys) -> ProgramSettings {
    ProgramSettings.dependencies(("up", "url: \"\(upstream)\", \(keys)"), ("other", "url: \"\(upstream)\"")).with {
      $0.storage = "sqlite:{folder}/state.db"
    }
  }

  private static func setting(_ program: ServedProgram, _ key: String) async throws -> JSON {
    try await program.operate("GET", "/api/settings/dependencies.up.\(key)").json
  }

  private static func change(
    _ program: ServedProgram, _ key: String, _ value: String, reason: String = "an outage"
  ) async throws -> HTTPAnswer {
    try await program.operate("PUT", "/api/settings/\(key)", ["value": .text(value), "reason": .text(reason)])
  }

  @Test("R12.6 R12.2 a change holds at once and after kill -9, is audited, and ends where somebody takes it back")
  func life() async throws {
    let upstream = try ScriptedUpstream { _ in .after(.milliseconds(600), .ok("late")) }
    defer { upstream.stop() }
    let settings = Self.settings(upstream.url).with { $0.arguments = ["--set", "dependencies.up.timeout=8s"] }
    try await ServedProgram.run(settings) { program in
      #expect(try await program.get("/up/x").status == 200)
      let before = try await Self.setting(program, "timeout")
      #expect(before["value"] == "8s" && before["layer"] == "commandLine" && before["fixedBecause"] == .null)
      #expect(before["type"] == "duration" && before["defaultValue"] == "30s" && before["documentation"] != .null)
      let answer = try await Self.change(program, "dependencies.up.timeout", "200ms", reason: "too many hang")
      #expect(answer.status == 200, "\(answer)")
      #expect(try await program.get("/up/x").status == 504, "above the command line, and at once")
      try await program.metric(#"resilience_config_runtime_overrides{service="outside"} 1"#)

      program.crash()
      try await program.start()
      let after = try await Self.setting(program, "timeout")
      #expect(
        after["value"] == "200ms" && after["layer"] == "runTime" && after["decision"]["reason"] == "too many hang")
      #expect(after["decision"]["actor"] == "local")
      #expect(try await program.get("/up/x").status == 504)
      // The file is read again: the decision stays above it.
      try program.rewrite(Self.settings(upstream.url, "timeout: 7s, retry: false"))
      program.signal(SIGHUP)
      try await eventually("the file is in force") {
        try await program.operate("GET", "/api/configuration").json["lastResult"] == "applied"
      }
      #expect(try await Self.setting(program, "timeout")["value"] == "200ms")

      let path = "/api/settings/dependencies.up.timeout"
      #expect(try await program.operate("DELETE", path, ["reason": "it is over"]).status == 200)
      #expect(try await Self.setting(program, "timeout")["value"] == "8s")
      #expect(try await program.get("/up/x").status == 200)
      #expect(try await program.operate("DELETE", path, ["reason": "again"]).status == 404)
      let audit = try await program.operate("GET", "/api/audit").json.elements.prefix(2)
      #expect(audit.map { $0["action"].string } == ["setting.release", "setting.override"])
      #expect(audit.map { $0["subject"].string } == Array(repeating: "dependencies.up.timeout", count: 2))
      #expect(audit.last?["before"].string?.hasPrefix("8s (--set") == true)
      #expect(audit.last?["after"] == "200ms (run-time override)" && audit.last?["reason"] == "too many hang")
    }
  }

  @Test("R12.6 several settings are taken together or not at all, and keep an open breaker open")
  func together() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "no") }
    defer { upstream.stop() }
    try await ServedProgram.run(Self.settings(upstream.url)) { program in
      try await program.openBreaker("up")
      // Alone it would contradict the time-out; together they fit.
      let alone = try await Self.change(program, "dependencies.up.attemptTimeout", "20s")
      #expect(alone.status == 422 && alone.body.contains("one attempt may take longer than the whole call"))
      let values: JSON = [
        "dependencies.up.attemptTimeout": "20s", "dependencies.up.timeout": "40s",
        "dependencies.up.circuitBreaker.permittedProbes": 2,
        "dependencies.up.fallback": #"[{"template": {"status": 200, "contentType": "text/plain", "body": "spare"}}]"#,
      ]
      let patch = try await program.operate("PATCH", "/api/settings", ["values": values, "reason": "both"])
      #expect(patch.status == 200, "\(patch)")
      #expect(try await program.state("up") == "open")
      let breaker = try await program.operate("GET", "/api/breakers/up").json["settings"]
      #expect(breaker["permittedProbes"] == 2 && breaker["openDurationSeconds"] == 10)
      let fallback = try await program.get("/up/x")
      #expect(fallback.status == 200 && fallback.body == "spare" && fallback["X-Resilience-Degraded"] == "template")
      // One that is wrong among others that are right: nothing changes.
      let wrong: JSON = ["dependencies.up.timeout": "50s", "dependencies.up.circuitBreaker.permittedProbes": "many"]
      let refused = try await program.operate("PATCH", "/api/settings", ["values": wrong, "reason": "typing"])
      #expect(refused.status == 422 && refused.body.contains("run-time override"), "\(refused)")
      #expect(refused.body.contains("permittedProbes") && refused.body.contains("a whole number from"))
      #expect(try await Self.setting(program, "timeout")["value"] == "40s")
      let release: JSON = ["dependencies.up.attemptTimeout": .null, "dependencies.up.fallback": .null]
      let released = try await program.operate("PATCH", "/api/settings", ["values": release, "reason": "over"])
      #expect(released.status == 200 && released.json["decisions"].elements.count == 2, "\(released)")
      #expect(try await program.get("/up/x").status == 503)
    }
  }

  @Test(
    "R12.6 what is no setting, cannot change or says where to connect is refused with the reason, and changes nothing")
  func refused() async throws {
    try await ServedProgram.run(Self.settings("http://127.0.0.1:9")) { program in
      for (key, value, status, words) in [
        ("dependencies.up.url", "http://127.0.0.1:1", 409, "changed in the file only"),
        ("dependencies.up.listen", "127.0.0.1:1", 409, "restart"), ("gateway.listen", "127.0.0.1:1", 409, "restart"),
        ("operations.token", "0123456789abcdef", 409, "secrets"), ("storage.url", "memory:", 409, "restart"),
        ("gateway.trustedProxies", "0.0.0.0/0", 409, "changed in the file only"),
        ("dependencies.up.retry", "true", 409, "one by one"),
        ("dependencies.up.timeuot", "1s", 404, "dependencies.*.timeout"),
        ("dependencies.nobody.timeout", "1s", 404, ""),
        ("dependencies.*.timeout", "1s", 404, ""), ("dependencies.up.timeout", "1", 422, "unit"),
        ("dependencies.up.timeout", "${HOME}", 422, "run-time override"), ("x", "1", 404, ""),
      ] {
        let answer = try await Self.change(program, key, value)
        #expect(answer.status == status && answer.body.contains(words), "\(key): \(answer)")
      }
      for body in [
        #"{"value": "1s"}"#, #"{"reason": "why"}"#, #"{"value": 5, "reason": "why"}"#,
        #"{"value": "1s", "reason": " "}"#,
        #"{"value": "1s", "reason": "why", "more": 1}"#, "[]", "",
      ] {
        let answer = try await HTTP.send(
          "PUT", program.operations, "/api/settings/dependencies.up.timeout", [("Content-Type", "application/json")],
          body: body)
        #expect([400, 422].contains(answer.status), "\(body): \(answer)")
      }
      let status = try await program.operate("GET", "/api/settings?below=dependencies.up").json
      #expect(status["decisions"] == [] && status["problems"] == [])
      #expect(status["settings"].elements.allSatisfy { $0["layer"] != "runTime" })
      #expect(try await program.operate("GET", "/api/settings?below=dependencies.nobody").status == 404)
      #expect(try await program.operate("GET", "/api/audit").json == [])
    }
  }

  @Test("R12.2 settings are closed by default: who may read, who may change, from where; no secret is shown")
  func access() async throws {
    let settings = Self.settings("http://127.0.0.1:9").with {
      $0.operations = """
        token: "${OUTSIDE_TOKEN}", operators: [ { name: vera, token: "vera-has-a-secret", role: viewer },
          { name: otto, token: "otto-has-a-secret", role: operator } ]
        """
      $0.environment = ["OUTSIDE_TOKEN": "the-admins-secret"]
    }
    try await ServedProgram.run(settings) { program in
      let path = "/api/settings/dependencies.up.timeout"
      let body: JSON = ["value": "5s", "reason": "because"]
      func bearer(_ token: String) -> [(String, String)] { [("Authorization", "Bearer \(token)")] }
      #expect(try await program.operate("GET", "/api/settings").status == 401)
      #expect(try await program.operate("PUT", path, body).status == 401)
      let all = try await program.operate("GET", "/api/settings", nil, bearer("vera-has-a-secret"))
      #expect(all.status == 200 && !all.body.contains("-secret") && all.body.contains("(redacted)"))
      #expect(try await program.operate("PUT", path, body, bearer("vera-has-a-secret")).status == 403)
      for origin in [("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
        #expect(try await program.operate("PUT", path, body, bearer("otto-has-a-secret") + [origin]).status == 403)
      }
      #expect(try await program.operate("PUT", path, body, bearer("otto-has-a-secret")).status == 200)
      let audit = try await program.operate("GET", "/api/audit", nil, bearer("otto-has-a-secret")).json.elements
      #expect(audit.count == 1 && audit.first?["actor"] == "otto")
    }
  }

  @Test("R12.6 a decision that contradicts a changed file keeps nobody from starting, is told, and can be taken back")
  func contradiction() async throws {
    try await ServedProgram.run(Self.settings("http://127.0.0.1:9")) { program in
      #expect(try await Self.change(program, "dependencies.up.attemptTimeout", "8s").status == 200)
      #expect(try await Self.change(program, "dependencies.other.timeout", "3s").status == 200)
      // While it runs the file is refused as a whole, and what held goes on.
      let shorter = Self.settings("http://127.0.0.1:9", "timeout: 2s")
      try program.rewrite(shorter)
      program.signal(SIGHUP)
      let status = try await eventually("the file is rejected") {
        let status = try await program.operate("GET", "/api/configuration").json
        return status["lastResult"] == "rejected" ? status : nil
      }
      #expect(status["problems"].elements.first?.string?.contains("attemptTimeout 8s, timeout 2s") == true, "\(status)")
      program.crash()
      try await program.start()
      #expect(try await Self.setting(program, "timeout")["value"] == "2s")
      let told = try await program.operate("GET", "/api/settings?below=dependencies.other.timeout").json
      #expect(told["problems"].elements.count == 1 && told["decisions"].elements.count == 2, "\(told)")
      #expect(program.current?.errors.contains("settings of operators are not in force") == true)
      let path = "/api/settings/dependencies.up.attemptTimeout"
      #expect(try await program.operate("DELETE", path, ["reason": "the file says it now"]).status == 200)
      let other = try await program.operate("GET", "/api/settings?below=dependencies.other.timeout").json
      #expect(other["problems"] == [] && other["settings"].elements.first?["value"] == "3s", "\(other)")
    }
  }

  @Test("R12.6 the program's help and reference come from the definitions")
  func help() async throws {
    let folder = try TestFolder()
    func run(_ arguments: String...) async throws -> (Int32, String, String) {
      let process = try ChildProcess(
        try Programs.resilience(), arguments, folder: folder, name: "help-\(arguments.hashValue)")
      return (try await process.exit(), process.output, process.errors)
    }
    let serve = try await run("serve", "--help").1.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(serve.contains("Where the gateway listens. HOST:PORT") && serve.contains("Default: 127.0.0.1:8080"))
    #expect(serve.contains("(operations.listen)") && serve.contains("(storage.url)"))
    let key = try await run("reference", "dependencies.up.circuitBreaker.openDuration")
    #expect(key.0 == 0 && key.1.contains("default: 1m") && key.1.contains("CIRCUIT_BREAKER_TIMEOUT_SECONDS"))
    let unknown = try await run("reference", "gateway.lsten")
    #expect(unknown.0 == 2 && unknown.2.contains("did you mean 'gateway.listen'?"), "\(unknown)")
  }
}
