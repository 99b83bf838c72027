import Testing

@Suite("Requests for review", .timeLimit(.minutes(60)))
struct ReviewProgramTests {
  @Test("R4.3 what cannot be delivered is recorded, shown, edited, sent on approval or discarded, and survives kill -9")
  func life() async throws {
    let works = Switch()
    let upstream = try ScriptedUpstream { _ in works.isOn ? .ok("sent") : .answer(503, [], "away") }
    defer { upstream.stop() }
    let keys = "retry: false, circuitBreaker: false, fallback: [ { review: { methods: [POST], maxBodyBytes: 1KiB } } ]"
    let settings = ProgramSettings.dependencies(("mail", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.storage = "sqlite:{folder}/state.db"
    }
    try await ServedProgram.run(settings) { program in
      let fields = [("Content-Type", "text/plain"), ("Authorization", "Bearer planted-secret")]
      for number in 1...3 {
        let answer = try await HTTP.send(
          "POST", program.gateway, "/mail/send?n=\(number)", fields, body: "letter \(number)")
        #expect(answer.status == 202 && answer["X-Resilience-Degraded"] == "review", "\(answer)")
      }
      #expect(try await HTTP.send("PUT", program.gateway, "/mail/send", body: "x").status == 503, "only POST")
      let long = String(repeating: "x", count: 2_000)
      #expect(try await HTTP.send("POST", program.gateway, "/mail/send", body: long).status == 503, "too long")
      program.crash()
      try await program.start()
      let list = try await program.operate("GET", "/api/review")
      #expect(!list.body.contains("planted-secret"), "credentials are not kept")
      let items = list.json.elements
      #expect(items.compactMap { $0["body"].string } == ["letter 3", "letter 2", "letter 1"])
      #expect(
        items.first?["path"] == "/send?n=3" && items.first?["state"] == "pending"
          && items.first?["cause"] == "status 503")
      let ids = items.compactMap { $0["id"].string }
      try await Self.decide(program, ids, works, upstream)
    }
  }

  private static func decide(
    _ program: ServedProgram, _ ids: [String], _ works: Switch, _ upstream: ScriptedUpstream
  ) async throws {
    let first = "/api/review/\(ids[0])"
    #expect(try await program.operate("PUT", first, ["body": "better letter", "reason": "wrong name"]).status == 200)
    let failed = try await program.operate("POST", first + "/approve", ["reason": "ok"])
    #expect(failed.json["state"] == "pending" && failed.json["outcome"] == "not sent: status 503")
    works.turn(on: true)
    let approved = try await program.operate("POST", first + "/approve", ["reason": "ok now"])
    #expect(approved.json["state"] == "approved" && approved.json["outcome"] == "the dependency answered 200")
    let sent = upstream.requests.last
    #expect(
      sent?.body == "better letter" && sent?.target == "/send?n=3" && sent?.fields["Content-Type"] == "text/plain")
    #expect(try await program.operate("POST", first + "/approve", ["reason": "again"]).status == 409)
    #expect(
      try await program.operate("POST", "/api/review/\(ids[1])/discard", ["reason": "spam"]).json["state"]
        == "discarded")
    #expect(try await program.operate("GET", "/api/review").json.elements.count == 1)
    #expect(try await program.operate("GET", "/api/review?state=all").json.elements.count == 3)
    #expect(try await program.operate("GET", "/api/review/none").status == 404)
    let actions = try await program.operate("GET", "/api/audit").json.elements.compactMap { $0["action"].string }
    #expect(
      actions == [
        "review.discarded", "review.approved", "review.sending", "review.failed", "review.sending", "review.edited",
      ])
  }
}
