import ServerTestSupport
import Testing

@Suite("Tiers, shared compartments and candidate settings from the outside", .timeLimit(.minutes(60)))
struct GatewayTierTests {
  private static let script: @Sendable (ReceivedRequest) -> ScriptedReply = { request in
    request.target.hasPrefix("/hang") ? .hang : request.target.hasPrefix("/fail") ? .answer(503, [], "") : .ok("quick")
  }

  private static func with(
    _ keys: String, top: String = "", timeout: String = "10m",
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(Self.script)
    defer { upstream.stop() }
    let dependencies = ["up", "other"].map { name in
      (name, "url: \"\(upstream.url)\", timeout: \(timeout), retry: false, \(keys)")
    }
    let settings = ProgramSettings.dependencies(dependencies[0], dependencies[1]).with { $0.top = top }
    try await ServedProgram.run(settings) { try await body($0, upstream) }
  }

  @Test("R6.3 a flood of one tier leaves the places of another, and its latency, alone")
  func flood() async throws {
    let tiers = """
      tiers: { trust: [127.0.0.1], default: free, classes: [{ name: gold, share: 0.5, lends: false }, { name: free }] }
      """
    let bulkhead = "bulkhead: { maxConcurrent: 4, maxQueue: 30 }"
    try await Self.with(bulkhead, top: tiers) { program, upstream in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<10 { group.addTask { _ = try? await program.get("/up/hang/\(number)") } }
        try await eventually("the free tier has the places that are nobody's") {
          upstream.requests.count == 2 ? true : nil
        }
        let gold = try await HTTP.send("GET", program.gateway, "/up/quick", [("X-Resilience-Tier", "gold")])
        #expect(gold.status == 200 && gold.body == "quick")
        #expect(upstream.requests.filter { $0.target.hasPrefix("/hang") }.count == 2)
        upstream.stop()  // which ends the calls that hang
      }
    }
  }

  @Test("R6.1 two dependencies share one compartment")
  func shared() async throws {
    let top = "bulkheads: [{ name: reports, maxConcurrent: 1, maxQueue: 0 }]"
    try await Self.with("bulkhead: { shared: reports }", top: top) { program, upstream in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await program.get("/up/hang") }
        try await eventually("the place is taken") { upstream.count("/hang") == 1 ? true : nil }
        let refused = try await program.get("/other/quick")
        #expect(refused.status == 503 && refused.body.contains("\"policy\":\"bulkhead\""))
        upstream.stop()
      }
    }
  }

  @Test("R2.7 candidate settings open, and only say so")
  func candidate() async throws {
    let keys = "circuitBreaker: { consecutiveFailures: 100, candidate: { consecutiveFailures: 2 } }"
    try await Self.with(keys) { program, upstream in
      for number in 0..<4 { #expect(try await program.get("/up/fail/\(number)").status == 503) }
      #expect(upstream.requests.count == 4)
      let breaker = try await program.operate("GET", "/api/breakers/up").body
      #expect(breaker.contains("\"state\":\"closed\"") && breaker.contains("\"candidate\":{"), "\(breaker)")
      #expect(breaker.contains("\"wouldHaveRefusedFailed\":2") && breaker.contains("\"state\":\"open\""), "\(breaker)")
      #expect(breaker.contains("\"availability\":[{") && breaker.contains("\"p99Milliseconds\":"), "\(breaker)")
    }
  }
}
