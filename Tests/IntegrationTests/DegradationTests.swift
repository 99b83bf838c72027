import ServerTestSupport
import Testing

@Suite("The service steps back and returns", .timeLimit(.minutes(60)))
struct DegradationTests {
  @Test("R4.9 the mode follows the dependencies, tells why, and returns to normal by itself")
  func modes() async throws {
    let keys = """
      retry: false,
      circuitBreaker: { consecutiveFailures: 2, openDuration: 10s, permittedProbes: 1, successThreshold: 1 }
      """
    let health = Switch()
    let upstream = try ScriptedUpstream { _ in health.isOn ? .ok("fine") : .answer(500, [], "broken") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("vital", "url: \"\(upstream.url)\", criticality: critical, \(keys)"),
      ("extra", "url: \"\(upstream.url)\", criticality: optional, \(keys)"))
    try await ServedProgram.run(settings) { program in
      #expect(try await program.operate("GET", "/health/degradation").json["mode"] == "normal")
      try await program.openBreaker("extra")
      let partial = try await Self.wait(program, "partial")
      #expect(partial["unavailableDependencies"] == ["extra"] && partial["degradedDependencies"] == [], "\(partial)")
      #expect(partial["reason"].string?.contains("extra") == true && !"\(partial["reason"])".contains("vital"))
      try await program.openBreaker("vital")
      let emergency = try await Self.wait(program, "emergency")
      #expect(emergency["reason"].string?.contains("vital") == true)
      #expect(emergency["unavailableDependencies"] == ["extra", "vital"], "\(emergency)")
      try await program.metric("degraded_services{service=\"outside\"} 2")
      health.turn(on: true)
      try await eventually("both work again") {
        let answers = [try await program.get("/vital/").status, try await program.get("/extra/").status]
        return answers == [200, 200] ? true : nil
      }
      _ = try await Self.wait(program, "normal")
      try await program.metric("service_recovery_total{service=\"outside\",dependency=\"vital\"} 1")
      try await program.metric("degraded_services{service=\"outside\"} 0")
    }
  }

  private static func wait(_ program: ServedProgram, _ mode: String) async throws -> JSON {
    // A dependency counts as degraded while its failures are recent: some seconds more.
    try await eventually("the mode is \(mode)") {
      let status = try await program.operate("GET", "/health/degradation").json
      return status["mode"].string == mode ? status : nil
    }
  }
}
