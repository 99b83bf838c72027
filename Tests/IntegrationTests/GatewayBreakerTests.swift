import ServerTestSupport
import Testing

@Suite("The breaker as callers see it", .timeLimit(.minutes(60)))
struct GatewayBreakerTests {
  private static func with(
    _ breaker: String, script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let keys = "url: \"\(upstream.url)\", timeout: 60s, retry: false, circuitBreaker: { \(breaker) }"
    try await ServedProgram.run(.dependencies(("up", keys))) { try await body($0, upstream) }
  }

  @Test("R2.4 what is the caller's fault opens nothing", arguments: [400, 401, 403, 404, 409, 422])
  func callersFault(status: Int) async throws {
    try await Self.with("consecutiveFailures: 2", script: { _ in .answer(status, [], "no") }) { program, upstream in
      for _ in 0..<5 {
        let answer = try await program.get("/up/a")
        #expect(answer.status == status && answer.body == "no")
      }
      #expect(try await program.state("up") == "closed")
      #expect(upstream.count("/a") == 5)
    }
  }

  @Test("R2.4 configured statuses count neither as success nor as failure")
  func ignored() async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { .answer(Int($0.target.dropFirst()) ?? 200, [], "x") }
    try await Self.with("consecutiveFailures: 3, ignore: [503]", script: script) { program, _ in
      for path in ["/500", "/503", "/500", "/503"] { _ = try await program.get("/up\(path)") }
      #expect(try await program.state("up") == "closed", "two failures of three")
      _ = try await program.get("/up/500")
      #expect(try await program.state("up") == "open", "a 503 did not break the row")
    }
  }

  @Test("R2.2 a share of failures in a count window opens it, not before the minimum of calls")
  func failureRate() async throws {
    let breaker = "consecutiveFailures: 0, window: 10 calls, minimumCalls: 10, failureRateThreshold: 0.5"
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { .answer(Int($0.target.dropFirst()) ?? 200, [], "x") }
    try await Self.with(breaker, script: script) { program, _ in
      for number in 0..<9 { _ = try await program.get(number % 2 == 0 ? "/up/500" : "/up/200") }
      #expect(try await program.state("up") == "closed", "nine calls of ten")
      _ = try await program.get("/up/200")
      // A call is judged when its answer has gone out whole.
      try await eventually("it opens") { try await program.state("up") == "open" ? true : nil }
      let status = try await program.operate("GET", "/api/breakers/up").json
      #expect(status["evidence"].elements.count == 5, "the failures that the share is made of")
      #expect(status["evidence"].elements.count { $0["outcome"] == "failure" } == 5)
      #expect(status["explanation"].string?.contains("50") == true, "\(status["explanation"])")
    }
  }

  @Test("R2.2 a share of slow calls opens it although all succeed")
  func slowCalls() async throws {
    let breaker = "window: 4 calls, minimumCalls: 4, slowCallThreshold: 100ms, slowCallRateThreshold: 0.75"
    try await Self.with(breaker, script: { _ in .after(.milliseconds(200), .ok("slowly")) }) { program, _ in
      for _ in 0..<4 {
        let answer = try await program.get("/up/a")
        #expect(answer.body == "slowly")
      }
      // A call is judged when its answer has gone out whole.
      try await eventually("it opens") { try await program.state("up") == "open" ? true : nil }
      let status = try await program.operate("GET", "/api/breakers/up").json
      #expect(status["evidence"].elements.count { $0["outcome"] == "slow" } >= 3)
      #expect(try await program.get("/up/a").status == 503)
    }
  }

  @Test("R2.3 half-open lets one probe through and refuses the rest; a failed probe opens it again")
  func halfOpen() async throws {
    let gate = Gate()
    defer { gate.open() }
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { request in
      if request.target == "/probe" {
        gate.wait()
        return .answer(500, [], "still broken")
      }
      return request.target == "/fail" ? .answer(500, [], "broken") : .ok("fine")
    }
    let breaker = "consecutiveFailures: 1, openDuration: 3s, permittedProbes: 1, successThreshold: 2"
    try await Self.with(breaker, script: script) { program, upstream in
      _ = try await program.get("/up/fail")
      let refused = try await program.get("/up/x")
      #expect(refused.json["state"] == "open")
      // It opened before its refusal came: by now its time is over, however slow the machine is.
      try await Task.sleep(for: .milliseconds(3_100))
      let port = program.gateway
      async let probe = HTTP.get(port, "/up/probe")
      try await eventually("the probe is under way") { upstream.count("/probe") == 1 ? true : nil }
      for _ in 0..<3 {
        let excess = try await program.get("/up/x")
        #expect(excess.status == 503)
        #expect(excess.json["state"] == "halfOpen", "\(excess)")
        #expect(excess["Retry-After"] != nil)
      }
      #expect(upstream.count("/x") == 0)
      gate.open()
      let failed = try await probe
      #expect(failed.status == 500)
      #expect(try await program.state("up") == "open")
      try await eventually("two good probes close it") {
        _ = try await program.get("/up/x")
        return try await program.state("up") == "closed" ? true : nil
      }
      #expect(upstream.count("/x") >= 2)
      let transitions = try await program.operate("GET", "/api/breakers/up").json["transitions"].elements
      let steps = transitions.map { "\($0["from"].string ?? "") → \($0["to"].string ?? "")" }
      #expect(
        steps.reversed() == [
          "closed → open", "open → halfOpen", "halfOpen → open", "open → halfOpen", "halfOpen → closed",
        ])
    }
  }
}
