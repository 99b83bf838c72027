import ServerTestSupport
import Testing

@Suite("The gateway before a real nginx", .timeLimit(.minutes(60)))
struct GatewayNginxTests {
  /// Fails fast and comes back fast.
  static let quick = """
    timeout: 5s, attemptTimeout: 1s,
    retry: { maxAttempts: 3, backoff: { kind: constant, initial: 20ms }, jitter: none },
    circuitBreaker: { consecutiveFailures: 5, openDuration: 2s, permittedProbes: 1, successThreshold: 1 }
    """

  /// Runs a body with a started nginx and the gateway before it; `nginx` is the dependency's name.
  private static func with(
    _ keys: String = quick, _ change: (inout ProgramSettings) -> Void = { _ in },
    alone: Bool = false, _ body: (ServedProgram, RealNginx) async throws -> Void
  ) async throws {
    let nginx = try RealNginx()
    defer { nginx.stop() }
    let settings = ProgramSettings.dependencies(("nginx", "url: \"\(nginx.url)\", \(keys)")).with(change)
    try await ServedProgram.run(settings, alone: alone) { program in
      try await nginx.start()
      try await body(program, nginx)
    }
  }

  @Test("R12.7 answers pass as they are, with what the gateway says about their way")
  func passes() async throws {
    try await Self.with { program, nginx in
      let direct = try await HTTP.get(nginx.port, "/hello?a=1&b=%20")
      let answer = try await program.get("/nginx/hello?a=1&b=%20")
      #expect(answer.status == 200)
      #expect(answer.body == "nginx says GET /hello?a=1&b=%20\n")
      #expect(answer.body == direct.body)
      #expect(answer["Content-Type"] == direct["Content-Type"])
      #expect(answer["Server"] == direct["Server"])
      #expect(answer["X-Resilience-Attempts"] == "1")
      #expect(answer["Server-Timing"]?.contains("dur=") == true)
      #expect(answer["X-Correlation-ID"]?.isEmpty == false)
      #expect(answer["X-Resilience-Degraded"] == nil)
      #expect(answer["Warning"] == nil)

      let large = try await program.get("/nginx/large.txt")
      #expect(large.body == String(repeating: "0123456789abcdef", count: 8_192))
      let moved = try await program.get("/nginx/moved")
      #expect(moved.status == 302)
      #expect(moved["Location"]?.hasSuffix("/elsewhere") == true)
      #expect(try await program.get("/nginx/missing").status == 404)
      let head = try await HTTP.send("HEAD", program.gateway, "/nginx/large.txt")
      #expect(head.status == 200)
      #expect(head["Content-Length"] == "131072")
      #expect(
        try await HTTP.send("POST", program.gateway, "/nginx/form", body: "a=1").body == "nginx says POST /form\n")
      #expect(try await program.get("/nginx").body == "nginx says GET /\n")
    }
  }

  @Test("R7.4 correlation ids and traces are taken or made, and sent on")
  func identities() async throws {
    try await Self.with { program, _ in
      let made = try await program.get("/nginx/echo")
      let id = try #require(made["X-Correlation-ID"])
      #expect(made["X-Seen-Correlation"] == id)
      #expect(made["X-Seen-Via"]?.contains("resilience") == true)
      #expect(made["X-Seen-Host"] != "127.0.0.1:\(program.gateway)")
      let trace = try #require(made["X-Seen-Trace"])
      #expect(trace.count == 55 && trace.hasPrefix("00-"), "\(trace)")

      let taken = try await program.get(
        "/nginx/echo",
        [
          ("X-Correlation-ID", "order-4711"),
          ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ])
      #expect(taken["X-Correlation-ID"] == "order-4711")
      #expect(taken["X-Seen-Correlation"] == "order-4711")
      let child = try #require(taken["X-Seen-Trace"])
      #expect(child.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"), "\(child)")
      #expect(!child.contains("b7ad6b7169203331"), "the gateway is a span of its own: \(child)")
    }
  }

  @Test("R2.1 an nginx that is gone: retried, then the breaker opens, then refused at once, then back by itself")
  func outage() async throws {
    try await Self.with(alone: true) { program, nginx in
      #expect(try await program.get("/nginx/").status == 200)
      nginx.stop()
      let first = try await program.get("/nginx/")
      #expect(first.status == 502)
      #expect(first["X-Resilience-Attempts"] == "3")
      #expect(try await program.state("nginx") == "closed", "three failures of five")
      _ = try await program.get("/nginx/")
      #expect(try await program.state("nginx") == "open")

      let refused = try await program.get("/nginx/")
      #expect(refused.status == 503)
      #expect(refused["Content-Type"] == "application/problem+json")
      let wait = try #require(refused["Retry-After"].flatMap { Int($0) })
      #expect((1...2).contains(wait))
      #expect(refused.json["code"] == "ORC_005")
      #expect(refused.json["state"] == "open")
      #expect(refused.json["policy"] == "circuitBreaker")
      #expect(refused.json["dependency"] == "nginx")
      #expect(refused.json["retryAfterSeconds"].double == Double(wait))
      #expect(refused.json["correlationId"].string == refused["X-Correlation-ID"])
      #expect(refused["X-Resilience-Attempts"] == "0")

      try await program.metric("circuit_breaker_state{service=\"outside\",breaker_name=\"nginx\"} 1")
      try await program.metric("circuit_breaker_trips_total{service=\"outside\",breaker_name=\"nginx\"} 1")

      try await nginx.start()
      // Whoever comes back when he was told to is served.
      try await Task.sleep(for: .seconds(wait))
      let again = try await program.get("/nginx/")
      #expect(again.status == 200 && again["X-Resilience-Attempts"] == "1", "\(again)")
      try await eventually("the breaker closes") { try await program.state("nginx") == "closed" ? true : nil }
    }
  }

  @Test("R2.5 an open breaker refuses in less than 5 ms")
  func refusesFast() async throws {
    let keys = Self.quick.replacing("openDuration: 2s", with: "openDuration: 60s")
    try await Self.with(keys, alone: true) { program, nginx in
      nginx.stop()
      try await program.openBreaker("nginx")
      let port = program.gateway
      // The best of some rounds: what else runs on the machine is not what is measured.
      try await eventually("the median of 50 refusals is below 5 ms") {
        let median = try await offPool { try Self.median(port, "/nginx/", expecting: 503) }
        Attachment.record("\(median)", named: "refusal-median.txt")
        return median < .milliseconds(5) ? true : nil
      }
    }
  }

  /// The median time of 50 calls on one connection.
  private static func median(_ port: Int, _ path: String, expecting status: Int) throws -> Duration {
    let socket = try RawSocket(port: port)
    var reader = MessageReader(socket)
    let clock = ContinuousClock()
    var times: [Duration] = []
    for _ in 0..<50 {
      let start = clock.now
      try socket.send(HTTP.request("GET", port, path))
      let answer = try reader.answer()
      times.append(clock.now - start)
      guard answer.status == status else { throw Trouble("\(status) was expected: \(answer)") }
    }
    return times.sorted()[25]
  }

  @Test("R4.2 without nginx the last good answer is served where that is configured, with its age")
  func stale() async throws {
    let keys = Self.quick + ", fallback: [ { staleCache: { maxAge: 10m } } ]"
    try await Self.with(keys) { program, nginx in
      let good = try await program.get("/nginx/kept")
      #expect(good.status == 200)
      nginx.stop()
      let stale = try await program.get("/nginx/kept")
      #expect(stale.status == 200)
      #expect(stale.body == good.body)
      let degraded = try #require(stale["X-Resilience-Degraded"], "\(stale)")
      #expect(degraded.wholeMatch(of: /stale-cache; age=\d+/) != nil, "\(degraded)")
      #expect(stale["Warning"] == nil)
      // The same behind an open breaker; what was never answered cannot be remembered.
      try await program.openBreaker("nginx", by: "/other")
      #expect(try await program.get("/nginx/kept").body == good.body)
      #expect(try await program.get("/nginx/other").status == 503)
      try await program.metric(
        "resilience_fallbacks_total{service=\"outside\",dependency=\"nginx\",source=\"stale-cache\"} 2")
    }
  }

  @Test("R4.1 without nginx a template stands in where that is configured")
  func template() async throws {
    let body = "{\"answer\": null, \"degraded\": true}"
    let keys =
      Self.quick + ", fallback: [ { template: { status: 200, contentType: application/json, body: '\(body)' } } ]"
    try await Self.with(keys) { program, nginx in
      nginx.stop()
      let answer = try await program.get("/nginx/")
      #expect(answer.status == 200)
      #expect(answer.body == body)
      #expect(answer["Content-Type"] == "application/json")
      #expect(answer["X-Resilience-Degraded"] == "template")
      #expect(answer["Cache-Control"] == "no-store")
    }
  }

  @Test(
    "R7.3 a failed connection is 502, and 503 with Retry-After where the dependency is critical",
    arguments: [("important", 502), ("optional", 502), ("critical", 503)])
  func unreachable(criticality: String, status: Int) async throws {
    try await Self.with(Self.quick + ", criticality: \(criticality)") { program, nginx in
      nginx.stop()
      let answer = try await program.get("/nginx/")
      #expect(answer.status == status)
      #expect(answer["Content-Type"] == "application/problem+json")
      #expect((answer["Retry-After"] != nil) == (status == 503))
      #expect(!answer.bodyText.contains("127.0.0.1"), "an internal address: \(answer.body)")
      #expect(!answer.bodyText.contains("\(nginx.port)"), "an internal address: \(answer.body)")
    }
  }
}
