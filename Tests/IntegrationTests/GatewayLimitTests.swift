import ServerTestSupport
import Testing

@Suite("The gateway's limits, budgets and hedges", .timeLimit(.minutes(60)))
struct GatewayLimitTests {
  /// Runs a body with a scripted upstream and the gateway before it; `up` is the dependency's name.
  private static func with(
    _ keys: String, script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", \(keys)"))
    try await ServedProgram.run(settings) { try await body($0, upstream) }
  }

  @Test("R6.7 calls beyond the rate are refused with the time to come back, and never reach the upstream")
  func rateLimit() async throws {
    try await Self.with("rateLimit: { permits: 2, per: 1h }", script: { _ in .ok("here") }) { program, upstream in
      #expect(try await program.get("/up/a").status == 200)
      #expect(try await program.get("/up/b").status == 200)
      let refused = try await program.get("/up/c")
      #expect(refused.status == 503)
      let wait = try #require(refused["Retry-After"].flatMap(Int.init))
      #expect((1...1_800).contains(wait), "\(wait)")
      #expect(refused.body.contains("\"policy\":\"rateLimiter\""))
      #expect(upstream.requests.count == 2)
      let labels = "service=\"outside\",dependency=\"up\",policy=\"rateLimiter\",reason=\"rateLimited\""
      try await program.metric("resilience_rejections_total{\(labels)} 1")
    }
  }

  @Test("R1.8 a spent budget ends the retries, never the first attempt, and a metric says so")
  func budget() async throws {
    let keys = """
      retry: { maxAttempts: 3, backoff: { kind: constant, initial: 1ms },
        budget: { ratio: 0, minimumPerSecond: 0, capacity: 5 } }, circuitBreaker: false
      """
    try await Self.with(keys, script: { _ in .answer(503, [], "down") }) { program, upstream in
      for number in 0..<6 {
        let answer = try await program.get("/up/\(number)")
        #expect(answer.status == 503 && answer.body == "down")
      }
      #expect(upstream.requests.count == 6)
      try await program.metric(
        "resilience_retry_budget_exhausted_total{service=\"outside\",dependency=\"up\"} 6")
    }
  }

  @Test("R1.8 while there is something in the budget, it pays for retries")
  func savings() async throws {
    let keys = """
      retry: { maxAttempts: 2, backoff: { kind: constant, initial: 1ms },
        budget: { ratio: 1, minimumPerSecond: 0, capacity: 100 } }, circuitBreaker: false
      """
    try await Self.with(keys, script: { _ in .answer(503, [], "down") }) { program, upstream in
      for number in 0..<5 { _ = try await program.get("/up/\(number)") }
      #expect(upstream.requests.count == 10)
    }
  }

  @Test("R1.14 a slow GET gets company, and the faster answer is the caller's")
  func hedge() async throws {
    let keys = "timeout: 20s, retry: false, hedge: { delay: 50ms }"
    try await Self.with(keys, script: { $0.previous == 0 ? .hang : .ok("second") }) { program, upstream in
      let answer = try await program.get("/up/slow")
      #expect(answer.status == 200 && answer.body == "second")
      #expect(answer["X-Resilience-Attempts"] == "2")
      #expect(upstream.count("/slow") == 2)
      try await program.metric("resilience_hedges_total{service=\"outside\",dependency=\"up\"} 1")
    }
  }

  @Test("R1.14 two attempts that both answer make one answer for the caller")
  func bothAnswer() async throws {
    let keys = "timeout: 20s, retry: false, hedge: { delay: 20ms }"
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { _ in .after(.milliseconds(60), .ok("one of them")) }
    try await Self.with(keys, script: script) { program, upstream in
      for number in 0..<20 {
        let answer = try await program.get("/up/\(number)")
        #expect(answer.status == 200 && answer.body == "one of them")
      }
      #expect(upstream.requests.count > 20)
    }
  }

  @Test("R1.14 a POST is never sent beside itself")
  func postIsNotHedged() async throws {
    let keys = "timeout: 600ms, retry: false, hedge: { delay: 10ms }"
    try await Self.with(keys, script: { _ in .hang }) { program, upstream in
      let answer = try await HTTP.send("POST", program.gateway, "/up/order", body: "one order")
      #expect(answer.status == 504)
      #expect(upstream.count("/order", method: "POST") == 1)
    }
  }

  @Test("R6.8 calls beyond the limit that was found are refused, and the limit is in the metrics")
  func adaptiveLimit() async throws {
    let keys = "timeout: 10m, retry: false, adaptiveLimit: { kind: aimd, initial: 1, min: 1, max: 1 }"
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { $0.target == "/hang" ? .hang : .ok("quick") }
    try await Self.with(keys, script: script) { program, upstream in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await program.get("/up/hang") }
        try await eventually("the first call is under way") { upstream.count("/hang") == 1 ? true : nil }
        let refused = try await program.get("/up/other")
        #expect(refused.status == 503 && refused.body.contains("\"policy\":\"adaptiveLimiter\""))
        try await program.metric("resilience_adaptive_limit{service=\"outside\",dependency=\"up\"} 1")
        try await program.metric("resilience_adaptive_in_flight{service=\"outside\",dependency=\"up\"} 1")
        upstream.stop()  // which ends the call that hangs
      }
    }
  }

  @Test("R6.8 a dependency that refuses everything is called less and less")
  func throttle() async throws {
    let keys = "retry: false, circuitBreaker: false, throttle: { ratio: 1.1, minimumRequests: 5 }"
    try await Self.with(keys, script: { _ in .answer(503, [], "no") }) { program, upstream in
      for number in 0..<60 { _ = try await program.get("/up/\(number)") }
      // Nothing is accepted, so the chance of sending the nth is 1/n: 5 + the sum of 1/n for n in 6…60 is 7.4.
      #expect((5...25).contains(upstream.requests.count), "\(upstream.requests.count)")
    }
  }
}
