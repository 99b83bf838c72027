import Testing

@Suite("Toggles of a running program", .timeLimit(.minutes(60)))
struct ToggleProgramTests {
  private static let top = """
    toggles:
      keyHeader: X-User
      features:
        - { name: half, percentage: 50 }
        - { name: beta, enabled: false }
        - { name: open }
    """

  private static func with(_ body: (ServedProgram, ScriptedUpstream) async throws -> Void) async throws {
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      (
        "up",
        "url: \"\(upstream.url)\", toggledPaths: [ { prefix: /beta/, toggle: beta }, { prefix: /half, toggle: half } ]"
      )
    ).with {
      $0.top = Self.top
      $0.storage = "sqlite:{folder}/state.db"
    }
    try await ServedProgram.run(settings) { try await body($0, upstream) }
  }

  @Test(
    "R4.8 a path behind a toggle is not there while it is off; the change at run time survives a crash and is audited")
  func path() async throws {
    try await Self.with { program, upstream in
      let hidden = try await program.get("/up/beta/x")
      #expect(hidden.status == 404 && upstream.count("/beta/x") == 0)
      let disguised = try await program.get("/up/%62eta/x")
      #expect(disguised.status == 404 && upstream.count("/%62eta/x") == 0)
      #expect(try await program.get("/up/else").status == 200)
      let set = try await program.operate("PUT", "/api/toggles/beta", ["enabled": true, "reason": "launch"])
      #expect(set.status == 200 && set.json["override"]["actor"] == "local")
      #expect(try await program.get("/up/beta/x").status == 200)
      program.crash()
      try await program.start()
      #expect(try await program.get("/up/beta/x").status == 200)
      #expect(try await program.operate("DELETE", "/api/toggles/beta", ["reason": "too early"]).status == 200)
      #expect(try await program.get("/up/beta/x").status == 404)
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.compactMap { $0["action"].string } == ["toggle.release", "toggle.set"])
      #expect(audit.last?["before"].string?.contains("off") == true && audit.last?["after"] == "on")
      #expect(try await program.operate("PUT", "/api/toggles/none", ["enabled": true, "reason": "x"]).status == 404)
      #expect(try await program.operate("PUT", "/api/toggles/beta", ["reason": "x"]).status == 422)
      #expect(try await program.operate("PUT", "/api/toggles/beta", ["enabled": true]).status == 422, "no reason")
    }
  }

  @Test("R4.8 a share holds for the same users everywhere: at the gateway, by API, by OFREP, and after it has grown")
  func share() async throws {
    try await Self.with { program, _ in
      var on: Set<String> = []
      for index in 0..<40 {
        let user = "user-\(index)"
        let isOn = try await program.get("/up/half", [("X-User", user)]).status == 200
        let api = try await program.operate("GET", "/api/toggles/half/evaluate?key=\(user)").json
        #expect(api["isEnabled"] == .bool(isOn) && api["reason"] == "split")
        let body: JSON = ["context": ["targetingKey": .text(user)]]
        let remote = try await program.operate("POST", "/ofrep/v1/evaluate/flags/half", body)
        #expect(remote.status == 200 && remote.json["value"] == .bool(isOn) && remote.json["reason"] == "SPLIT")
        #expect(remote.json["variant"] == .text(isOn ? "on" : "off") && remote.json["key"] == "half")
        if isOn { on.insert(user) }
      }
      #expect((8...32).contains(on.count), "\(on.count) of 40")
      _ = try await program.operate("PUT", "/api/toggles/half", ["percentage": 75, "reason": "goes well"])
      for user in on { #expect(try await program.get("/up/half", [("X-User", user)]).status == 200) }
    }
  }

  @Test(
    "R4.8 OFREP: missing keys, unknown flags and bodies that are none have the protocol's errors; all flags at once")
  func protocolErrors() async throws {
    try await Self.with { program, _ in
      let path = "/ofrep/v1/evaluate/flags"
      let missing = try await program.operate("POST", path + "/half", ["context": [:]])
      #expect(missing.status == 400 && missing.json["errorCode"] == "TARGETING_KEY_MISSING")
      let unknown = try await program.operate("POST", path + "/none", ["context": [:]])
      #expect(unknown.status == 404 && unknown.json["errorCode"] == "FLAG_NOT_FOUND" && unknown.json["key"] == "none")
      let broken = try await program.operate("POST", path + "/half", ["context": "x"])
      #expect(broken.status == 400 && broken.json["errorCode"] == "PARSE_ERROR")
      let all = try await program.operate("POST", path, ["context": ["targetingKey": "u"]])
      #expect(all.json["flags"].elements.compactMap { $0["key"].string } == ["beta", "half", "open"])
      #expect(try await program.operate("POST", path + "/open", ["context": [:]]).json["reason"] == "STATIC")
      try await program.metric(
        "resilience_toggle_evaluations_total{service=\"outside\",feature_flag=\"open\",variant=\"on\",reason=\"static\"} 2"
      )
    }
  }
}
