import Testing

@Suite("The program on PostgreSQL", .timeLimit(.minutes(60)))
struct PostgreSQLStorageTests {
  @Test("R5.2 what one instance has kept another delivers after a kill -9 of the first and of PostgreSQL, once")
  func queue() async throws {
    let isThere = Switch()
    let upstream = try ScriptedUpstream { _ in isThere.isOn ? .answer(201, [], "") : .answer(503, [], "") }
    defer { upstream.stop() }
    let server = try await RealPostgreSQL()
    try await server.start()
    let keys = "retry: false, circuitBreaker: false, fallback: [{ queue: { methods: [POST], maxDelay: 1s } }]"
    let settings = ProgramSettings.dependencies(("mail", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.storage = server.url
    }
    try await ServedProgram.run(settings) { first in
      let second = try ServedProgram.beside(settings)
      defer { second.current?.end() }
      try await second.start()
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
