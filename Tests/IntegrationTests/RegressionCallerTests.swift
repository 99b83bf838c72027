import ServerTestSupport
import Testing

/// Callers can be slow, wrong or gone; none of that says anything about the dependency behind the gateway.
@Suite("What callers do is not held against a dependency", .timeLimit(.minutes(60)))
struct RegressionCallerTests {
  private static let keys = "retry: false, circuitBreaker: { consecutiveFailures: 2 }"

  private static func with(
    _ more: String, script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", \(Self.keys), \(more)"))
    try await ServedProgram.run(settings) { try await body($0, upstream) }
  }

  /// So many calls have ended in that way.
  private static func expect(_ outcome: String, _ count: Int, _ program: ServedProgram) async throws {
    let line = "resilience_requests_total{service=\"outside\",dependency=\"up\",outcome=\"\(outcome)\"} \(count)"
    try await eventually(line) {
      try await program.operate("GET", "/metrics").body.contains(line) ? true : nil
    }
  }

  @Test(
    "R2.1 an upstream that hangs opens the breaker, whichever time-outs are set",
    arguments: ["timeout: 500ms", "timeout: 500ms, attemptTimeout: 500ms", "timeout: 5s, attemptTimeout: 500ms"])
  func hanging(timeouts: String) async throws {
    try await Self.with(timeouts, script: { _ in .hang }) { program, _ in
      let statuses = try await [program.get("/up/h").status, program.get("/up/h").status]
      #expect(statuses == [504, 504])
      #expect(try await program.state("up") == "open")
    }
  }

  @Test("R3.3 a caller's own deadline that passes teaches the breaker nothing")
  func deadline() async throws {
    try await Self.with("timeout: 5s, attemptTimeout: 5s", script: { _ in .hang }) { program, _ in
      for _ in 0..<3 {
        let answer = try await program.get("/up/h", [("X-Resilience-Deadline-Ms", "50")])
        #expect(answer.status == 504)
      }
      #expect(try await program.state("up") == "closed")
    }
  }

  @Test("R2.4 callers who do not read their answers do not open the breaker")
  func slowReaders() async throws {
    try await Self.with("timeout: 5s, attemptTimeout: 500ms", script: { _ in .large(bytes: 200 << 20) }) { program, _ in
      let port = program.gateway
      let sockets = try await offPool {
        try (0..<3).map { _ in
          let socket = try RawSocket(port: port)
          try socket.send(HTTP.request("GET", port, "/up/large"))
          return socket
        }
      }
      try await Self.expect("cancelled", 3, program)
      #expect(try await program.state("up") == "closed")
      for socket in sockets { socket.shutDown() }
    }
  }

  @Test("R2.4 callers who send their body too slowly get 408 and do not open the breaker", arguments: ["POST", "PUT"])
  func slowSenders(method: String) async throws {
    try await Self.with("timeout: 1s, attemptTimeout: 500ms", script: { .ok($0.body) }) { program, _ in
      let port = program.gateway
      let head = "\(method) /up/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nX-Correlation-ID: slow-one\r\n\r\n"
      for _ in 0..<3 {
        let text = try await offPool {
          let socket = try RawSocket(port: port)
          try socket.send(head + "begin")
          return socket.receiveAll()
        }
        #expect(text.hasPrefix("HTTP/1.1 408"), "\(text)")
        #expect(text.contains("X-Correlation-ID: slow-one"), "\(text)")
      }
      #expect(try await program.state("up") == "closed")
      try await Self.expect("invalid_request", 3, program)
    }
  }

  @Test(
    "R7.4 a body refused half-way is answered with the caller's correlation id, and is no failure of the dependency")
  func refusedBody() async throws {
    try await Self.with("timeout: 5s, maxBodyBytes: 10", script: { .ok($0.body) }) { program, _ in
      let port = program.gateway
      let head =
        "POST /up/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        + "X-Correlation-ID: large-one\r\n\r\n"
      for (chunk, status) in [("14\r\n01234567890123456789\r\n0\r\n\r\n", 413), ("zz\r\n", 400)] {
        let text = try await offPool {
          let socket = try RawSocket(port: port)
          try socket.send(head + chunk)
          return socket.receiveAll()
        }
        #expect(text.hasPrefix("HTTP/1.1 \(status)"), "\(text)")
        #expect(text.contains("X-Correlation-ID: large-one"), "\(text)")
      }
      try await Self.expect("invalid_request", 2, program)
      try await Self.expect("error", 0, program)
    }
  }
}
