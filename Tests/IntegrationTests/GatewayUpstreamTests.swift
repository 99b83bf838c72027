import ServerTestSupport
import Testing

@Suite("The gateway before an upstream that misbehaves", .timeLimit(.minutes(60)))
struct GatewayUpstreamTests {
  private static let retries = """
    timeout: 50s, attemptTimeout: 400ms,
    retry: { maxAttempts: 3, backoff: { kind: constant, initial: 10ms }, jitter: none },
    circuitBreaker: { consecutiveFailures: 1000 }
    """

  /// Runs a body with a scripted upstream and the gateway before it; `up` is the dependency's name.
  private static func with(
    _ keys: String = retries, alone: Bool = false, script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", \(keys)"))
    try await ServedProgram.run(settings, alone: alone) { try await body($0, upstream) }
  }

  @Test("R1.6 a GET is retried until it succeeds, and says so")
  func retried() async throws {
    try await Self.with(script: { $0.previous < 2 ? .answer(503, [], "not yet") : .ok("now") }) { program, upstream in
      let answer = try await program.get("/up/a")
      #expect(answer.status == 200)
      #expect(answer.body == "now")
      #expect(answer["X-Resilience-Attempts"] == "3")
      #expect(upstream.count("/a") == 3)
      try await program.metric("retry_attempts_total{service=\"outside\",dependency=\"up\"} 2")
    }
  }

  @Test("R1.6 a reset connection is retried for a GET")
  func resetIsRetried() async throws {
    try await Self.with(script: { $0.previous == 0 ? .reset : .ok("second") }) { program, upstream in
      let answer = try await program.get("/up/r")
      #expect(answer.body == "second")
      #expect(upstream.count("/r") == 2)
    }
  }

  @Test("R1.6 a POST reaches the upstream once, however it fails", arguments: ["status", "reset", "hang"])
  func postOnce(failure: String) async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { _ in
      switch failure {
      case "status": .answer(503, [], "no")
      case "reset": .reset
      default: .hang
      }
    }
    try await Self.with(script: script) { program, upstream in
      let answer = try await HTTP.send("POST", program.gateway, "/up/order", body: "one order")
      #expect(answer.status == ["status": 503, "reset": 502, "hang": 504][failure])
      #expect(answer["X-Resilience-Attempts"] == "1")
      #expect(upstream.count("/order", method: "POST") == 1)
      #expect(upstream.requests.first?.body == "one order")
    }
  }

  @Test("R1.6 a POST with an Idempotency-Key, and a PUT, are sent again with the same body")
  func repeatable() async throws {
    try await Self.with(script: { $0.previous == 0 ? .answer(503, [], "") : .ok("done") }) { program, upstream in
      let key = [("Idempotency-Key", "4711")]
      let post = try await HTTP.send("POST", program.gateway, "/up/p", key, body: "payload")
      #expect(post.body == "done")
      let put = try await HTTP.send("PUT", program.gateway, "/up/q", body: "payload")
      #expect(put.body == "done")
      #expect(upstream.requests.map(\.body) == ["payload", "payload", "payload", "payload"])
    }
  }

  @Test("R1.5 an upstream's own failing answer comes through when attempts end")
  func ownFailure() async throws {
    try await Self.with(script: { _ in .answer(503, [("X-Why", "maintenance")], "closed for today") }) {
      program, upstream in
      let answer = try await program.get("/up/x")
      #expect(answer.status == 503)
      #expect(answer.body == "closed for today")
      #expect(answer["X-Why"] == "maintenance")
      #expect(upstream.count("/x") == 3)
    }
  }

  @Test("R1.7 Retry-After of an upstream is waited for")
  func retryAfter() async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = {
      $0.previous == 0 ? .answer(503, [("Retry-After", "1")], "") : .ok("then")
    }
    try await Self.with(script: script) { program, _ in
      let clock = ContinuousClock()
      let start = clock.now
      let answer = try await program.get("/up/w")
      #expect(answer.body == "then")
      #expect(clock.now - start >= .milliseconds(990))
    }
  }

  @Test("R3.1 a hanging upstream ends each attempt at its time-out, and the call with 504")
  func attemptTimeout() async throws {
    try await Self.with(alone: true, script: { _ in .hang }) { program, upstream in
      let clock = ContinuousClock()
      let start = clock.now
      let answer = try await program.get("/up/h")
      let took = clock.now - start
      #expect(answer.status == 504)
      #expect(answer.json["code"] == "ORC_006")
      #expect(answer["X-Resilience-Attempts"] == "3")
      #expect(upstream.count("/h") == 3)
      #expect(took > .milliseconds(1_150), "three times 400 ms: \(took)")
      #expect(took < .seconds(40), "the attempts' end, not that of the call, which has 50 s: \(took)")
    }
  }

  @Test("R3.1 the whole call ends at its own time-out, however many attempts are left")
  func wholeTimeout() async throws {
    let keys = Self.retries.replacing("timeout: 50s, attemptTimeout: 400ms", with: "timeout: 500ms")
    try await Self.with(keys, alone: true, script: { _ in .hang }) { program, upstream in
      let clock = ContinuousClock()
      let start = clock.now
      let answer = try await program.get("/up/h")
      let took = clock.now - start
      #expect(answer.status == 504)
      // The upstream hangs for ever: that there is an answer is the upper bound.
      #expect(took > .milliseconds(450), "500 ms: \(took)")
      #expect(upstream.count("/h") == 1)
    }
  }

  @Test("R3.3 the caller's own deadline is honoured and sent on")
  func deadline() async throws {
    // Without the deadline of the caller an attempt would have 50 s.
    let keys = Self.retries.replacing("attemptTimeout: 400ms", with: "attemptTimeout: 50s")
    try await Self.with(keys, script: { $0.target == "/h" ? .hang : .ok("fine") }) { program, upstream in
      let clock = ContinuousClock()
      let start = clock.now
      #expect(try await program.get("/up/h", [("X-Resilience-Deadline-Ms", "200")]).status == 504)
      #expect(clock.now - start < .seconds(40))
      #expect(try await program.get("/up/ok", [("X-Resilience-Deadline-Ms", "30000")]).body == "fine")
      let seen = try #require(upstream.requests.last?.fields["X-Resilience-Deadline-Ms"].flatMap { Int($0) })
      #expect((1...30_000).contains(seen), "what is left of the caller's 30 s: \(seen)")
      #expect(upstream.requests.last?.fields["grpc-timeout"] != nil)
    }
  }

  @Test("R12.7 an answer that stalls in its body is cut, never completed wrongly")
  func stalledBody() async throws {
    try await Self.with(script: { _ in .stalledBody(length: 1_000, sent: "beginning") }) { program, _ in
      let text = try await HTTP.raw(
        program.gateway, HTTP.request("GET", program.gateway, "/up/s", [("Connection", "close")]))
      let isCut = text.hasSuffix("beginning") && text.contains("Content-Length: 1000")
      #expect(isCut || text.hasPrefix("HTTP/1.1 504"), "\(text)")
    }
  }

  @Test("R12.7 connection fields stay on their side, forwarding fields of strangers are replaced")
  func hopByHop() async throws {
    let fields = [("Connection", "X-Secret"), ("X-Internal", "1"), ("Keep-Alive", "timeout=9"), ("X-Answer", "yes")]
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { _ in
      .ok("x", fields.map { $0.0 == "Connection" ? ("Connection", "X-Internal") : $0 })
    }
    try await Self.with(script: script) { program, upstream in
      let text = try await HTTP.raw(
        program.gateway,
        HTTP.request(
          "GET", program.gateway, "/up/f",
          [
            ("Connection", "close, X-Secret"), ("X-Secret", "hop"), ("X-Kept", "end"), ("Proxy-Authorization", "no"),
            ("TE", "trailers"), ("X-Forwarded-For", "6.6.6.6"), ("Forwarded", "for=6.6.6.6"),
            ("X-Resilience-Tier", "gold"),
          ]))
      let seen = try #require(upstream.requests.first?.fields)
      #expect(seen["X-Kept"] == "end")
      #expect(seen["X-Secret"] == nil)
      #expect(seen["Proxy-Authorization"] == nil)
      #expect(seen["X-Resilience-Tier"] == nil)
      #expect(seen["X-Forwarded-For"] == "127.0.0.1")
      #expect(seen["Forwarded"]?.contains("6.6.6.6") != true)
      #expect(seen["Host"] == "127.0.0.1:\(upstream.port)")
      #expect(text.contains("X-Answer: yes"))
      #expect(!text.contains("X-Internal"), "\(text)")
      #expect(!text.contains("Keep-Alive: timeout=9"), "\(text)")
    }
  }

  @Test("R6.1 a full bulkhead refuses with 503 and Retry-After")
  func bulkhead() async throws {
    let keys = "timeout: 50s, retry: false, bulkhead: { maxConcurrent: 1, maxQueue: 0, maxWait: 0s }"
    let gate = Gate()
    defer { gate.open() }
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { request in
      guard request.target == "/slow" else { return .ok("quick") }
      gate.wait()
      return .ok("slow")
    }
    try await Self.with(keys, script: script) { program, upstream in
      let port = program.gateway
      async let slow = HTTP.get(port, "/up/slow")
      try await eventually("the slow call is under way") { upstream.count("/slow") == 1 ? true : nil }
      let refused = try await program.get("/up/quick")
      #expect(refused.status == 503)
      #expect(refused["Retry-After"] != nil)
      #expect(refused.json["policy"] == "bulkhead")
      gate.open()
      let answer = try await slow
      #expect(answer.body == "slow")
      #expect(try await program.get("/up/quick").body == "quick")
    }
  }
}
