import ServerTestSupport
import Testing

@Suite("The program's log", .timeLimit(.minutes(60)))
struct LogTests {
  @Test("R7.5 every line is JSON; failures carry dependency and correlation id, and no secret or address")
  func lines() async throws {
    let upstream = try ScriptedUpstream { _ in .reset }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("up", "url: \"\(upstream.url)\", retry: { maxAttempts: 2 }, circuitBreaker: { consecutiveFailures: 2 }")
    ).with { $0.environment = ["RESILIENCE_LOG_LEVEL": "debug"] }
    try await ServedProgram.run(settings) { program in
      let fields = [
        ("X-Correlation-ID", "order-4711"), ("Authorization", "Bearer very-secret"), ("Cookie", "session=very-secret"),
      ]
      _ = try await program.get("/up/a?password=very-secret", fields)
      let lines = try await eventually("the log tells of the opening") {
        let text = program.current?.errors ?? ""
        return text.contains("breaker.opened") ? text.split(separator: "\n").map(String.init) : nil
      }
      for line in lines {
        let members = JSON(line).members
        #expect(members?["timestamp"] != nil && members?["level"] != nil && members?["message"] != nil, "\(line)")
      }
      let opened = try #require(lines.map { JSON($0) }.first { $0["event"] == "breaker.opened" })
      #expect(opened["dependency"] == "up")
      #expect(opened["correlation_id"] == "order-4711")
      #expect(opened["level"] == "error")
      let retried = try #require(lines.map { JSON($0) }.first { $0["event"] == "retry.scheduled" })
      #expect(retried["attempt"] != .null && retried["correlation_id"] == "order-4711", "\(retried)")
      let all = lines.joined()
      #expect(!all.contains("very-secret"))
    }
  }

  @Test("R7.5 the level that is asked for bounds what is written, and standard output stays for people")
  func levels() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\", retry: false")).with {
      $0.environment = ["RESILIENCE_LOG_LEVEL": "critical"]
    }
    try await ServedProgram.run(settings) { program in
      try await program.openBreaker("up")
      #expect(program.current?.errors == "")
      let output = program.current?.output ?? ""
      #expect(output.contains("http://127.0.0.1:\(program.gateway)/"), "\(output)")
      #expect(output.contains("http://127.0.0.1:\(program.operations)/"), "\(output)")
    }
  }
}
