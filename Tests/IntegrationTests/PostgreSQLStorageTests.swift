import ServerTestSupport
import Testing

@Suite("The program on PostgreSQL", .timeLimit(.minutes(60)))
struct PostgreSQLStorageTests {
  /// Two programs that share a PostgreSQL.
  private static func pair(
    _ upstream: ScriptedUpstream, _ keys: String,
    _ body: (ServedProgram, ServedProgram, RealPostgreSQL) async throws -> Void
  ) async throws {
    let server = try await RealPostgreSQL()
    try await server.start()
    let settings = ProgramSettings.dependencies(("mail", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.storage = server.url
    }
    try await ServedProgram.run(settings) { first in
      let second = try ServedProgram.beside(settings)
      defer { second.current?.end() }
      try await second.start()
      try await body(first, second, server)
    }
  }

  @Test("R4.3 R10.4 R12.6 reviews, the healing stop and changed settings of one instance are those of the other, too")
  func shared() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "") }
    defer { upstream.stop() }
    try await Self.pair(upstream, SharedDecisions.keys) { first, second, server in
      #expect(first.current?.errors.contains("memory") == false, "nothing is said to be forgotten")
      try await SharedDecisions.check(first, second) {
        server.kill()
        try await server.start()
      }
    }
  }

  @Test("R2.11 an operator's decision and a trip on one instance reach the other, also after PostgreSQL was away")
  func breakers() async throws {
    let upstream = try ScriptedUpstream { request in
      request.target.hasPrefix("/good") ? .answer(200, [], "") : .answer(500, [], "")
    }
    defer { upstream.stop() }
    let keys = "retry: false, circuitBreaker: { consecutiveFailures: 8, openDuration: 60s }"
    try await Self.pair(upstream, keys) { first, second, server in
      let path = "/api/breakers/mail/override"
      #expect(try await first.operate("PUT", path, ["state": "isolated", "reason": "drill"]).status == 200)
      try await eventually("the other is isolated") { try await second.state("mail") == "isolated" }
      server.kill()
      try await eventually("the loss is told") {
        second.current?.errors.contains("goes by what this instance knows") == true
      }
      #expect(try await second.state("mail") == "isolated")
      try await server.start()
      try await eventually(within: .seconds(30), "it is released") {
        try await first.operate("DELETE", path, ["reason": "over"]).status == 200
      }
      try await eventually(within: .seconds(30), "the other is released") {
        try await second.state("mail") == "closed"
      }
      try await first.openBreaker("mail")
      for _ in 0..<2 { _ = try await second.get("/mail/bad") }
      try await eventually("the other has opened") { try await second.state("mail") == "open" }
      let text = try await second.operate("GET", "/api/breakers/mail").body
      #expect(text.contains("instances have opened theirs"), "\(text)")
    }
  }

  @Test("R8.6 sessions in PostgreSQL go on in the fallback while it is away, also when the program starts meanwhile")
  func sessions() async throws {
    let server = try await RealPostgreSQL()
    try await server.start()
    let settings = ProgramSettings.dependencies(("mail", "url: \"http://127.0.0.1:9\"")).with {
      $0.top = """
        sessions: { store: "\(server.url)", fallback: "sqlite:{folder}/waiting.db", operationTimeout: 2s, maxAttempts: 1,
          openDuration: 300ms, consecutiveFailures: 1, reconcileInterval: 200ms }
        """
    }
    try await ServedProgram.run(settings) { program in
      #expect(try await program.operate("POST", "/api/sessions", ["id": "s1", "state": "a"]).status == 201)
      server.kill()
      let change = try await eventually("the fallback takes it") {
        let answer = try await program.operate("PUT", "/api/sessions/s1", ["state": "b"])
        return answer.status == 200 ? answer : nil
      }
      #expect(change.json["degraded"] == true)
      program.crash()
      try await program.start()
      #expect(try await program.operate("GET", "/api/sessions/s1").json["state"] == "b", "what waits is served")
      try await server.start()
      try await eventually(within: .seconds(60), "it is carried over") {
        let health = try await program.operate("GET", "/api/sessions/health").json
        return health["serving"] == "primary" && health["waitingForPrimary"].double == 0
      }
      let session = try await program.operate("GET", "/api/sessions/s1").json
      #expect(session["state"] == "b" && session["degraded"] == false && session["version"].double == 2, "\(session)")
    }
  }

  @Test("R5.2 what one instance has kept another delivers after a kill -9 of the first and of PostgreSQL, once")
  func queue() async throws {
    let isThere = Switch()
    let upstream = try ScriptedUpstream { _ in isThere.isOn ? .answer(201, [], "") : .answer(503, [], "") }
    defer { upstream.stop() }
    let keys = "retry: false, circuitBreaker: false, fallback: [{ queue: { methods: [POST], maxDelay: 1s } }]"
    try await Self.pair(upstream, keys) { first, second, server in
      let answer = try await HTTP.send(
        "POST", first.gateway, "/mail/send", [("Content-Type", "text/plain")], body: "hello")
      #expect(answer.status == 202)
      let location = answer["Location"] ?? ""
      first.crash()
      server.kill()
      try await server.start()
      isThere.turn(on: true)
      try await eventually(within: .seconds(90), "it is delivered") {
        try await second.get(location).json["state"].string == "delivered"
      }
      #expect(upstream.requests.last?.body == "hello")
    }
  }

  @Test("R2.7 an operator's decision and its audit line are there after a kill -9 of program and server")
  func decisions() async throws {
    let server = try await RealPostgreSQL()
    try await server.start()
    let settings = ProgramSettings.dependencies(("mail", "url: \"http://127.0.0.1:9\"")).with {
      $0.storage = server.url
    }
    try await ServedProgram.run(settings) { program in
      let path = "/api/breakers/mail/override"
      #expect(try await program.operate("PUT", path, ["state": "isolated", "reason": "drill"]).status == 200)
      server.kill()
      #expect(try await program.operate("DELETE", path, ["reason": "over"]).status >= 500)
      program.crash()
      try await server.start()
      try await program.start()
      #expect(try await program.state("mail") == "isolated")
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.map { $0["reason"].string } == ["drill"])
    }
  }

  @Test("R5.2 a PostgreSQL that is not there ends the start with what to do, and no password is told")
  func refusesToStart() async throws {
    let settings = ProgramSettings.dependencies(("mail", "url: \"http://127.0.0.1:9\"")).with {
      $0.storage = "postgresql://ada:hunter2@127.0.0.1:9/state"
    }
    let program = try ServedProgram.beside(settings)
    let process = try program.launch()
    defer { process.end() }
    #expect(try await process.exit() == 2)
    #expect(process.errors.contains("Check that the server runs") && !process.errors.contains("hunter2"))
  }
}
