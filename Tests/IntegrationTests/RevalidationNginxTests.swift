import ServerTestSupport
import Testing

@Suite("Stale answers in front of a real nginx", .timeLimit(.minutes(60)))
struct RevalidationNginxTests {
  private static func with(
    _ keys: String = "", _ body: (ServedProgram, RealNginx) async throws -> Void
  ) async throws {
    let nginx = try RealNginx()
    try await nginx.start()
    defer { nginx.stop() }
    let settings = ProgramSettings.dependencies(
      ("up", "url: \"\(nginx.url)\", cache: true, retry: false, circuitBreaker: false\(keys)"))
    try await ServedProgram.run(settings) { try await body($0, nginx) }
  }

  /// Asks until the answer is stale; it is the first one all the same.
  private static func stale(_ program: ServedProgram, _ path: String) async throws -> HTTPAnswer {
    let first = try await program.get(path)
    #expect(first.status == 200)
    return try await eventually("the answer is served stale") {
      let answer = try await program.get(path)
      let age = answer["Age"].flatMap { Int($0) } ?? 0
      return age >= 1 && answer.body == first.body ? answer : nil
    }
  }

  @Test("R4.2 stale-while-revalidate: the stale answer comes at once, and the next one is new")
  func whileRevalidate() async throws {
    try await Self.with { program, _ in
      let stale = try await Self.stale(program, "/up/swr")
      #expect(stale["X-Resilience-Degraded"] == nil, "as the dependency wants it: nothing is degraded")
      #expect(stale["X-Resilience-Attempts"] == "0", "nobody waited for the dependency")
      try await eventually("a new one was fetched meanwhile") {
        let next = try await program.get("/up/swr")
        return next.body != stale.body ? next : nil
      }
      try await eventually("it is counted") {
        let text = try await program.operate("GET", "/metrics").body
        let line = "resilience_cache_revalidations_total{service=\"outside\",dependency=\"up\",outcome=\"replaced\"}"
        return text.contains(line) ? true : nil
      }
    }
  }

  @Test("R4.2 stale-while-revalidate: a 304 of nginx makes the remembered answer fresh again")
  func notModified() async throws {
    try await Self.with { program, _ in
      let stale = try await Self.stale(program, "/up/swr.txt")
      #expect(stale["ETag"] != nil && stale.body == "a file with an entity tag")
      try await eventually("nginx said 304") {
        let text = try await program.operate("GET", "/metrics").body
        return text.contains("outcome=\"not_modified\"") ? true : nil
      }
      let fresh = try await program.get("/up/swr.txt")
      #expect(fresh.body == "a file with an entity tag" && fresh["X-Resilience-Attempts"] == "0")
    }
  }

  @Test("R4.2 stale-while-revalidate goes on while nginx is away, and ends the wait of nobody")
  func away() async throws {
    try await Self.with { program, nginx in
      let first = try await program.get("/up/swr")
      nginx.stop()
      let stale = try await Self.stale(program, "/up/swr")
      #expect(stale.body == first.body)
      try await nginx.start()
      try await eventually("the new one is there after nginx is") {
        try await program.get("/up/swr").body != first.body ? true : nil
      }
    }
  }

  @Test("R4.2 stale-if-error stands in for an nginx that is away, without a fallback in the configuration")
  func ifError() async throws {
    try await Self.with { program, nginx in
      let first = try await program.get("/up/sie")
      nginx.stop()
      let answer = try await eventually("it has become stale") {
        let answer = try await program.get("/up/sie")
        return answer["X-Resilience-Degraded"] != nil ? answer : nil
      }
      #expect(answer.status == 200 && answer.body == first.body)
      #expect(answer["X-Resilience-Degraded"]?.hasPrefix("stale-cache; age=") == true)
      #expect(try await program.get("/up/other").status == 502, "what is not remembered has no stand-in")
    }
  }

  @Test("R4.2 must-revalidate forbids both, whatever else the answer says")
  func strict() async throws {
    try await Self.with { program, nginx in
      let first = try await program.get("/up/strict")
      try await eventually("a stale one is asked for again, in the foreground") {
        let answer = try await program.get("/up/strict")
        return answer.body != first.body && answer["X-Resilience-Attempts"] == "1" ? true : nil
      }
      nginx.stop()
      try await eventually("nothing stands in") { try await program.get("/up/strict").status == 502 ? true : nil }
    }
  }
}
