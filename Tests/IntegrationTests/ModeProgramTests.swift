import ServerTestSupport
import Testing

@Suite("Modes and toggles in a real outage", .timeLimit(.minutes(60)))
struct ModeProgramTests {
  private static let breaker = """
    retry: false, circuitBreaker: { consecutiveFailures: 3, openDuration: 1s, permittedProbes: 1, successThreshold: 1 }
    """
  private static let top = """
    modes:
      partial: { enterAfter: 500ms, leaveAfter: 3s }
      readOnly: { when: [ { dependencies: [orders] } ], enterAfter: 500ms, leaveAfter: 3s }
    toggles:
      features:
        - { name: recommendations, dependencies: [recommendations] }
        - { name: export, offIn: [readOnly] }
    notices: { public: true, after: 500ms, clearAfter: 3s }
    """

  /// What the feed of events has kept, oldest first.
  ///
  /// The stream goes on for ever: an event of our own, which comes last, says that all before it have come.
  private static func events(_ program: ServedProgram) async throws -> [JSON] {
    let reset = try await program.operate("POST", "/api/breakers/orders/reset", ["reason": "the end of the story"])
    #expect(reset.status == 200, "\(reset)")
    let port = program.operations
    return try await offPool {
      let socket = try RawSocket(port: port)
      try socket.send(HTTP.request("GET", port, "/api/events", [("Last-Event-ID", "0"), ("Connection", "close")]))
      var reader = MessageReader(socket)
      var events: [JSON] = []
      while events.last?["message"].string?.contains("the end of the story") != true {
        let line = try reader.line()
        if line.hasPrefix("data: ") { events.append(JSON(String(line.dropFirst(6)))) }
      }
      return events
    }
  }

  private static func of(_ kind: String, _ events: [JSON]) -> [JSON] { events.filter { $0["kind"].string == kind } }

  @Test(
    "R4.5 R4.8 R4.9 nginx dies and comes back: the mode changes once each way, features switch off and on, users are told"
  )
  func outage() async throws {
    let orders = try RealNginx()
    let recommendations = try RealNginx()
    try await orders.start()
    try await recommendations.start()
    defer { orders.stop(); recommendations.stop() }
    let settings = ProgramSettings.dependencies(
      ("orders", "url: \"\(orders.url)\", \(Self.breaker)"),
      (
        "recommendations",
        "url: \"\(recommendations.url)\", criticality: optional, toggle: recommendations, notice: { feature: Tips }, \(Self.breaker)"
      )
    ).with { $0.top = Self.top }
    try await ServedProgram.run(settings) { program in
      let clock = ContinuousClock()
      let visitors = Task {
        while !Task.isCancelled {
          for path in ["/orders/a", "/recommendations/a"] { _ = try? await program.get(path) }
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      defer { visitors.cancel() }
      #expect(try await Self.mode(program) == "normal")
      #expect(try await Self.post(program) == 405, "nginx itself answers a POST to a fixed page")

      var started = clock.now
      orders.stop()
      recommendations.stop()
      try await eventually("read-only") {
        try await Self.mode(program) == "readOnly" ? true : nil
      }
      let detected = clock.now - started
      #expect(try await Self.enabled(program, "recommendations") == false)
      #expect(try await Self.enabled(program, "export") == false)
      let refused = try await HTTP.send("POST", program.gateway, "/orders/a", body: "{}")
      #expect(refused.status == 503 && refused.json["state"] == "readOnly" && refused["Retry-After"] == "30")
      #expect(refused.json["detail"].string?.contains("keep this one for later") == true)
      // Some failing probes go by; none of them may change anything.
      try await Task.sleep(for: .seconds(5))
      #expect(try await Self.mode(program) == "readOnly")

      started = clock.now
      try await orders.start()
      try await recommendations.start()
      try await eventually("normal") { try await Self.mode(program) == "normal" ? true : nil }
      let recovered = clock.now - started
      try await eventually("the features are back") {
        let back = [try await Self.enabled(program, "recommendations"), try await Self.enabled(program, "export")]
        return back == [true, true] ? true : nil
      }
      #expect(try await Self.post(program) == 405)
      print("OUTAGE detected \(detected) recovered \(recovered)")
      try await Self.checkEvents(program)
    }
  }

  private static func checkEvents(_ program: ServedProgram) async throws {
    try await eventually("users were told of the end") {
      let notices = try await program.operate("GET", "/api/notices").json
      return notices["active"].elements.isEmpty && !notices["recent"].elements.isEmpty ? true : nil
    }
    let events = try await Self.events(program)
    let modes = Self.of("mode.changed", events).map { $0["message"].string ?? "" }
    // Two upstreams fall and rise one after the other, so a look may find one of them: a step between, no step back.
    let levels = ["normal", "partial", "readOnly"]
    let ranks = modes.compactMap { mode in levels.firstIndex { mode.contains("to \($0):") } }
    #expect(ranks.count == modes.count, "\(modes)")
    let top = try #require(ranks.firstIndex(of: 2), "\(modes)")
    let (up, down) = ([0] + ranks[...top], Array(ranks[top...]))
    #expect(zip(up, up.dropFirst()).allSatisfy(<), "up once, without a step back: \(modes)")
    #expect(zip(down, down.dropFirst()).allSatisfy(>), "down once, without a step back: \(modes)")
    #expect(ranks.last == 0, "\(modes)")
    for (kind, name) in [("toggle.switchedOff", "off"), ("toggle.switchedOn", "on")] {
      let switched = Self.of(kind, events).compactMap { $0["subject"].string }.sorted()
      #expect(switched == ["export", "recommendations"], "switched \(name): \(switched)")
    }
    let recent = try await program.operate("GET", "/api/notices").json["recent"].elements
    let tips = recent.filter { $0["feature"] == "Tips" }.compactMap { $0["kind"].string }
    #expect(tips == ["recovered", "degraded"], "once each, newest first: \(tips)")
    #expect(!recent.contains { $0["message"].string?.contains("breaker") == true }, "nothing internal")
  }

  @Test("R4.5 a mode chosen by hand is in force after kill -9, ends by itself, and stands in the audit")
  func byHand() async throws {
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("up", "url: \"\(upstream.url)\", fallback: [ { template: { body: '{}' } } ]")
    ).with { $0.storage = "sqlite:{folder}/state.db" }
    try await ServedProgram.run(settings) { program in
      let set = try await program.operate(
        "PUT", "/health/degradation/mode", ["mode": "offline", "reason": "moving house", "for": "1h"])
      #expect(set.status == 200 && set.json["mode"] == "offline" && set.json["decision"]["actor"] == "local")
      for restart in [false, true] {
        if restart {
          program.crash()
          try await program.start()
        }
        #expect(try await Self.mode(program) == "offline")
        let read = try await program.get("/up/a")
        #expect(read.status == 200 && read["X-Resilience-Degraded"] == "template" && upstream.count("/a") == 0)
        let write = try await HTTP.send("POST", program.gateway, "/up/a", body: "x")
        #expect(write.status == 503 && write.json["policy"] == "degradation")
      }
      let refused = try await program.operate("PUT", "/health/degradation/mode", ["mode": "panic", "reason": "x"])
      #expect(refused.status == 422 && refused.json["detail"].string?.contains("readOnly") == true)
      _ = try await program.operate(
        "PUT", "/health/degradation/mode", ["mode": "readOnly", "reason": "short", "for": "1s"])
      try await eventually("it has ended") { try await Self.mode(program) == "normal" ? true : nil }
      #expect(try await program.get("/up/a").body == "fine")
      try await eventually("the audit says so") {
        let actions = try await program.operate("GET", "/api/audit").json.elements.compactMap { $0["action"].string }
        return actions == ["mode.expired", "mode.set", "mode.set"] ? true : nil
      }
    }
  }

  @Test("R4.3 while the identity provider is away the privileged are refused, and everybody else is served")
  func identity() async throws {
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      ("directory", "url: \"http://127.0.0.1:9\", privilegedTiers: [admin], \(Self.breaker)"),
      ("up", "url: \"\(upstream.url)\"")
    ).with { $0.top = "tiers: { trust: [127.0.0.1], classes: [ { name: admin }, { name: guest } ] }" }
    try await ServedProgram.run(settings) { program in
      let admin = [("X-Resilience-Tier", "admin")]
      #expect(try await program.get("/up/", admin).status == 200)
      try await program.openBreaker("directory")
      let refused = try await eventually("the privileged are refused") {
        let answer = try await program.get("/up/", admin)
        return answer.status == 503 ? answer : nil
      }
      #expect(refused.json["policy"] == "identity" && refused["Retry-After"] != nil)
      #expect(try await program.get("/up/", [("X-Resilience-Tier", "guest")]).status == 200)
      #expect(try await program.get("/up/").status == 200)
    }
  }

  private static func mode(_ program: ServedProgram) async throws -> String? {
    try await program.operate("GET", "/health/degradation").json["mode"].string
  }

  private static func post(_ program: ServedProgram) async throws -> Int {
    try await HTTP.send("POST", program.gateway, "/orders/large.txt", body: "{}").status
  }

  private static func enabled(_ program: ServedProgram, _ toggle: String) async throws -> Bool {
    try await program.operate("GET", "/api/toggles/\(toggle)").json["isAvailable"] == true
  }
}
