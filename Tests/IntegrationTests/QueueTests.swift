import Foundation
import Resilience
import ServerTestSupport
import Testing

@Suite("Requests that are kept", .timeLimit(.minutes(60)))
struct QueueTests {
  /// A dependency without breaker and retry, whose failed POSTs are kept.
  private static func settings(_ upstream: ScriptedUpstream, _ queue: String = "methods: [POST]") -> ProgramSettings {
    ProgramSettings.dependencies(
      ("mail", "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, fallback: [{ queue: { \(queue) } }]")
    ).with { $0.storage = "sqlite:{folder}/state.db" }
  }

  private func post(
    _ program: ServedProgram, _ body: String, _ fields: [(String, String)] = [], path: String = "/mail/send?to=ada"
  ) async throws -> HTTPAnswer {
    try await HTTP.send("POST", program.gateway, path, [("Content-Type", "text/plain")] + fields, body: body)
  }

  /// Refuses everything until the switch is on.
  private static func upstream(_ isThere: Switch, status: Int = 201) throws -> ScriptedUpstream {
    try ScriptedUpstream { _ in isThere.isOn ? .answer(status, [], "") : .answer(503, [], "away") }
  }

  @Test("R5.1 a POST is answered with 202, kept over kill -9, delivered with its fields and body, and its state told")
  func delivered() async throws {
    let isThere = Switch()
    let upstream = try Self.upstream(isThere)
    defer { upstream.stop() }
    try await ServedProgram.run(Self.settings(upstream, "methods: [POST], maxDelay: 1s")) { program in
      let answer = try await self.post(program, "hello", [("Authorization", "Bearer secret"), ("Accept", "a/b")])
      #expect(answer.status == 202)
      #expect(answer["X-Resilience-Degraded"] == "queue")
      let location = try #require(answer["Location"])
      #expect(answer.json["position"].double == 1)
      #expect(location == "/_resilience/queue/\(answer.json["id"].string ?? "")" && location.count == 51)
      program.crash()
      isThere.turn(on: true)
      try await program.start()
      try await eventually("it is delivered") {
        try await program.get(location).json["state"].string == "delivered"
      }
      let state = try await program.get(location)
      #expect(state.json["status"].double == 201)
      #expect(!state.body.contains("ada") && !state.body.contains("mail"))
      let request = try #require(upstream.requests.last)
      #expect(request.method == "POST" && request.target == "/send?to=ada" && request.body == "hello")
      #expect(request.fields["Accept"] == "a/b" && request.fields["Authorization"] == nil)
      #expect(request.fields["Idempotency-Key"]?.count == 32)
      #expect(try await program.get("/_resilience/queue/00000000000000000000000000000000").status == 404)
      #expect(try await program.get("/_resilience/queue/x").status == 404)
    }
  }

  @Test("R5.3 what is being delivered at a kill -9 is due again at the start, and does not wait for its claim's end")
  func underWay() async throws {
    let gate = Gate()
    let upstream = try ScriptedUpstream { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "away") }
      gate.wait()
      return .answer(201, [], "")
    }
    defer {
      gate.open()
      upstream.stop()
    }
    try await ServedProgram.run(Self.settings(upstream)) { program in
      let location = try #require(try await self.post(program, "hello")["Location"])
      try await eventually("it is under way") { upstream.requests.count == 2 }
      program.crash()
      gate.open()
      try await program.start()
      try await eventually("it is delivered") { try await program.get(location).json["state"].string == "delivered" }
      #expect(program.current?.errors.contains("under way when the program ended: 1 of") == true)
      #expect(upstream.requests.map { $0.fields["X-Resilience-Queued"] } == [nil, "1", "2"])
    }
  }

  @Test("R5.1 an Idempotency-Key is one request, another body with it is refused, another caller has a key of his own")
  func idempotent() async throws {
    let upstream = try Self.upstream(Switch())
    defer { upstream.stop() }
    try await ServedProgram.run(Self.settings(upstream)) { program in
      let key = ("Idempotency-Key", "order-1")
      let first = try await self.post(program, "a", [key])
      let again = try await self.post(program, "a", [key])
      #expect(first.status == 202 && again.status == 202 && first["Location"] == again["Location"])
      #expect(try await self.post(program, "b", [key]).status == 422)
      let other = try await self.post(program, "b", [key, ("Authorization", "Bearer other")])
      #expect(other.status == 202 && other["Location"] != first["Location"])
    }
  }

  @Test("R5.3 what cannot be delivered is a dead letter with its reason; replay and purge are audited; full is refused")
  func deadLetters() async throws {
    let isThere = Switch()
    let upstream = try ScriptedUpstream { request in
      if request.fields["X-Resilience-Queued"] == nil { return .answer(503, [], "") }
      return isThere.isOn ? .answer(200, [], "") : .answer(422, [], "no such user: ada")
    }
    defer { upstream.stop() }
    try await ServedProgram.run(Self.settings(upstream, "maxItems: 2")) { program in
      let location = try #require(try await self.post(program, "a")["Location"])
      try await eventually("it is dead") { try await program.get(location).json["state"].string == "undeliverable" }
      let dead = try await program.operate("GET", "/api/queue/dead").json.elements
      let id = try #require(dead.first?["id"].string)
      #expect(dead.first?["note"].string == "status 422" && dead.first?["metadata"]["path"].string == "/send")
      #expect(try await self.post(program, "b").status == 202)
      #expect(try await self.post(program, "c").status == 503)
      try await eventually("both are dead") {
        try await program.operate("GET", "/api/queue").json.elements.first?["dead"].double == 2
      }
      isThere.turn(on: true)
      let reason: JSON = ["reason": "the user is back"]
      #expect(try await program.operate("POST", "/api/queue/dead/\(id)/replay", reason).status == 200)
      try await eventually("it is delivered") { try await program.get(location).json["state"].string == "delivered" }
      #expect(try await program.operate("POST", "/api/queue/dead/\(id)/replay", reason).status == 409)
      #expect(try await program.operate("POST", "/api/queue/dead/unknown/replay", reason).status == 404)
      let purged = try await program.operate("DELETE", "/api/queue/mail/dead", reason)
      #expect(purged.json["removed"].double == 1)
      let audit = try await program.operate("GET", "/api/audit").json.elements.map { $0["action"].string }
      #expect(audit == ["queue.purge", "queue.replay"])
      try await program.metric(
        "resilience_queue_events_total{service=\"outside\",dependency=\"mail\",event=\"died\"} 2")
    }
  }

  @Test("R5.1 a POST that may have been carried out is kept only if that does no harm")
  func mayHaveBeenCarriedOut() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(500, [], "") }
    defer { upstream.stop() }
    try await ServedProgram.run(Self.settings(upstream)) { program in
      let without = try await self.post(program, "a")
      let with = try await self.post(program, "a", [("Idempotency-Key", "1")])
      #expect(without.status == 500 && with.status == 202)
    }
  }

  @Test("R5.1 credentials are kept encrypted if that is configured, and are nowhere to be read")
  func credentials() async throws {
    let isThere = Switch()
    let upstream = try Self.upstream(isThere)
    defer { upstream.stop() }
    let key = String(repeating: "0123456789abcdef", count: 4)
    let settings = Self.settings(upstream, "keepCredentials: true, maxDelay: 1s").with {
      $0.environment = ["RESILIENCE_STORAGE_ENCRYPTION_KEY": key]
    }
    try await ServedProgram.run(settings) { program in
      let answer = try await self.post(program, "a", [("Authorization", "Bearer topsecret")])
      let location = try #require(answer["Location"])
      for file in ["state.db", "state.db-wal"] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: program.folder.file(file)))
        #expect(bytes.range(of: Data("topsecret".utf8)) == nil)
      }
      isThere.turn(on: true)
      try await eventually("it is delivered") { try await program.get(location).json["state"].string == "delivered" }
      #expect(upstream.requests.last?.fields["Authorization"] == "Bearer topsecret")
    }
  }
}
