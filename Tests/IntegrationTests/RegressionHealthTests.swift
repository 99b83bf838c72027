import ServerTestSupport
import Testing

@Suite("What health says", .timeLimit(.minutes(60)))
struct RegressionHealthTests {
  @Test("R9.1 a dependency whose open time is over is usable again, although nobody calls it")
  func withoutTraffic() async throws {
    let breaker = "circuitBreaker: { consecutiveFailures: 1, openDuration: 6s }"
    let keys = "url: \"http://127.0.0.1:9\", criticality: critical, retry: false, \(breaker)"
    try await ServedProgram.run(.dependencies(("up", keys))) { program in
      let failed = try await program.get("/up/")
      #expect(failed.status == 503)
      try await eventually("it is called away") {
        let health = try await program.operate("GET", "/health")
        let usable = try await program.operate("GET", "/health/dependencies")
        return health.json["status"] == "fail" && usable.json == ["up": false] ? true : nil
      }
      try await eventually("it may be called again") {
        let health = try await program.operate("GET", "/health")
        let usable = try await program.operate("GET", "/health/dependencies")
        return health.json["status"] == "warn" && usable.json == ["up": true] ? true : nil
      }
    }
  }
}
