import Testing

@Suite("What survives a crash", .timeLimit(.minutes(60)))
struct DurabilityTests {
  @Test("R2.7 whatever was acknowledged before kill -9 is there afterwards, time after time")
  func acknowledged() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.storage = "sqlite:{folder}/state.db"
    }
    try await ServedProgram.run(settings) { program in
      let path = "/api/breakers/up/override"
      var acknowledged = 0
      for round in 1...4 {
        for number in 1...5 {
          let body: JSON = ["state": "isolated", "reason": .text("round \(round) number \(number)")]
          #expect(try await program.operate("PUT", path, body).status == 200)
          acknowledged += 1
        }
        // One more is on its way when the process dies: it is there afterwards or it is not, but never half.
        let port = program.operations
        async let last = HTTP.send(
          "PUT", port, path, [("Content-Type", "application/json")],
          body: "{\"state\": \"isolated\", \"reason\": \"round \(round) last\"}")
        program.crash()
        let isAcknowledged = (try? await last.status) == 200
        try await program.start()
        let reason = try await program.operate("GET", "/api/breakers/up").json["override"]["reason"].string ?? ""
        let allowed = isAcknowledged ? ["round \(round) last"] : ["round \(round) number 5", "round \(round) last"]
        #expect(allowed.contains(reason), "\(reason)")
        if reason.hasSuffix("last") { acknowledged += 1 }
        let audit = try await program.operate("GET", "/api/audit?limit=1000").json.elements
        #expect(audit.count == acknowledged)
        #expect(audit.first?["reason"].string == reason, "override and audit line are one")
      }
    }
  }

  @Test("R2.7 a decision that ran out while the program was down is not in force, and the audit says so")
  func expired() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\", retry: false")).with {
      $0.storage = "sqlite:{folder}/state.db"
    }
    try await ServedProgram.run(settings) { program in
      _ = try await program.operate(
        "PUT", "/api/breakers/up/override", ["state": "isolated", "reason": "short", "for": "1s"])
      program.crash()
      try await Task.sleep(for: .seconds(1))
      try await program.start()
      #expect(try await program.state("up") == "closed")
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.map { $0["action"].string } == ["breaker.expired", "breaker.override"])
    }
  }
}
