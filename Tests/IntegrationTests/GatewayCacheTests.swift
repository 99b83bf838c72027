import ServerTestSupport
import Testing

@Suite("The gateway's cache", .timeLimit(.minutes(60)))
struct GatewayCacheTests {
  private static let broken = """
    retry: false, circuitBreaker: false, fallback: [ { staleCache: { maxAge: 10m } } ]
    """

  private static func with(
    _ keys: String = "cache: true", script: @escaping @Sendable (ReceivedRequest) -> ScriptedReply,
    _ body: (ServedProgram, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("up", "url: \"\(upstream.url)\", \(keys)"))
    try await ServedProgram.run(settings) { try await body($0, upstream) }
  }

  @Test("R4.2 the cache shares what it may, and nothing that belongs to one caller")
  func table() async throws {
    let cases = CacheCase.all
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { request in
      let each = Int(request.target.dropFirst(2)).map { cases[$0] }
      return .ok("answer \(request.previous)", each?.answer ?? [])
    }
    try await Self.with(script: script) { program, upstream in
      for (index, each) in cases.enumerated() {
        let first = try await program.get("/up/c\(index)", each.first)
        let second = try await program.get("/up/c\(index)", each.second)
        #expect(first.body == "answer 0", "\(each.name): \(first)")
        #expect(second.body == (each.isShared ? "answer 0" : "answer 1"), "\(each.name): \(second)")
        #expect(upstream.count("/c\(index)") == (each.isShared ? 1 : 2), "\(each.name)")
      }
    }
  }

  @Test("R4.2 without the section nothing is served from memory")
  func off() async throws {
    let keys = "retry: false"
    try await Self.with(keys, script: { .ok("\($0.previous)", [("Cache-Control", "max-age=60")]) }) { program, _ in
      let bodies = [try await program.get("/up/a").body, try await program.get("/up/a").body]
      #expect(bodies == ["0", "1"])
    }
  }

  @Test("R4.2 an answer is served while it is fresh, with its age, and asked for again afterwards")
  func freshness() async throws {
    try await Self.with(script: { .ok("\($0.previous)", [("Cache-Control", "max-age=5")]) }) { program, upstream in
      _ = try await program.get("/up/a")
      let fresh = try await program.get("/up/a")
      #expect(fresh.body == "0")
      #expect(fresh["Age"].flatMap { Int($0) } != nil, "\(fresh)")
      #expect(fresh["X-Resilience-Degraded"] == nil)
      try await eventually("it is no longer fresh") { try await program.get("/up/a").body == "1" ? true : nil }
      #expect(upstream.count("/a") == 2)
      #expect(try await program.get("/up/a?b").body == "0", "another query is another address")
    }
  }

  @Test("R4.2 a change through the gateway makes it forget", arguments: ["POST", "PUT", "DELETE", "PATCH"])
  func invalidation(method: String) async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = {
      .ok("\($0.previous)", [("Cache-Control", "max-age=60")])
    }
    try await Self.with(script: script) { program, _ in
      let before = [try await program.get("/up/a").body, try await program.get("/up/a").body]
      #expect(before == ["0", "0"])
      _ = try await HTTP.send(method, program.gateway, "/up/a", body: "new")
      #expect(try await program.get("/up/a").body == "1")
    }
  }

  @Test("R4.2 a failed change makes it forget nothing")
  func failedChange() async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = {
      $0.method == "GET" ? .ok("\($0.previous)", [("Cache-Control", "max-age=60")]) : .answer(422, [], "no")
    }
    try await Self.with(script: script) { program, _ in
      _ = try await program.get("/up/a")
      let change = try await HTTP.send("POST", program.gateway, "/up/a", body: "new")
      #expect(change.status == 422)
      #expect(try await program.get("/up/a").body == "0")
    }
  }

  @Test("R4.2 what one user was answered is never another's fallback")
  func staleOfOthers() async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = { request in
      if request.previous > 0 { return .answer(503, [], "down") }
      return .ok(
        "for \(request.fields["Authorization"] ?? request.fields["X-User"] ?? "all")",
        request.target == "/vary" ? [("Vary", "X-User")] : [])
    }
    try await Self.with(Self.broken, script: script) { program, _ in
      let alice = [("Authorization", "alice")]
      #expect(try await program.get("/up/own", alice).body == "for alice")
      for fields in [[], alice, [("Authorization", "bob")], [("Cookie", "user=bob")]] {
        let answer = try await program.get("/up/own", fields)
        #expect(answer.status == 503 && answer.body == "down", "\(fields): \(answer)")
      }
      #expect(try await program.get("/up/vary", [("X-User", "alice")]).body == "for alice")
      let again = try await program.get("/up/vary", [("X-User", "alice")])
      #expect(again.body == "for alice")
      #expect(again["X-Resilience-Degraded"]?.hasPrefix("stale-cache; age=") == true)
      #expect(try await program.get("/up/vary", [("X-User", "bob")]).body == "down")
      #expect(try await program.get("/up/all").body == "for all")
      #expect(try await program.get("/up/all").body == "for all")
      #expect(try await program.get("/up/all", alice).body == "down", "with a credential the cache is not asked")
    }
  }

  @Test(
    "R4.2 no fallback from what must not be kept or used stale",
    arguments: ["no-store", "private", "max-age=0, must-revalidate", "max-age=0, proxy-revalidate"])
  func forbiddenStale(control: String) async throws {
    let script: @Sendable (ReceivedRequest) -> ScriptedReply = {
      $0.previous > 0 ? .answer(503, [], "down") : .ok("good", [("Cache-Control", control)])
    }
    try await Self.with(Self.broken, script: script) { program, _ in
      let bodies = [try await program.get("/up/a").body, try await program.get("/up/a").body]
      #expect(bodies == ["good", "down"])
    }
  }
}
