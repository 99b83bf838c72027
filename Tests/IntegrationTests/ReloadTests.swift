import Foundation
import Glibc
import ServerTestSupport
import Testing

@Suite("Another configuration while the program runs", .timeLimit(.minutes(60)))
struct ReloadTests {
  private static func settings(_ dependencies: (String, String)...) -> ProgramSettings {
    ProgramSettings(dependencies: dependencies.map { (name: $0.0, keys: $0.1) })
  }

  private static func seconds(_ program: ServedProgram, _ breaker: String) async throws -> Double? {
    try await program.operate("GET", "/api/breakers/\(breaker)").json["settings"]["openDurationSeconds"].double
  }

  @Test("R12.6 a SIGHUP under load drops nothing and keeps an open breaker open, streams included")
  func underLoad() async throws {
    let gate = Gate()
    let upstream = try ScriptedUpstream { request in
      switch request.target {
      case "/fail": return .answer(503, [], "no")
      case "/stream": return .large(bytes: 40 << 20)
      case "/late": return .hang
      case "/x": return .ok("quick")
      default:
        gate.wait()
        return .ok("finished")
      }
    }
    defer {
      gate.open()
      upstream.stop()
    }
    let keys = "url: \"\(upstream.url)\", timeout: 10m, retry: false, bulkhead: { maxConcurrent: 400 }"
    let broken = "url: \"\(upstream.url)\", retry: false, circuitBreaker: { consecutiveFailures: 3, openDuration: 1h"
    try await ServedProgram.run(Self.settings(("up", keys), ("down", broken + " }")), alone: true) { program in
      try await program.openBreaker("down", by: "/fail")
      let port = program.gateway
      let stream = try await offPool {
        let socket = try RawSocket(port: port)
        try socket.send(HTTP.request("GET", port, "/up/stream", [("Connection", "close")]))
        return (socket, try socket.receive())
      }
      try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
        for number in 0..<300 { group.addTask { try await HTTP.get(port, "/up/slow/\(number)") } }
        try await eventually("all are under way") { upstream.requests.count { $0.target.hasPrefix("/slow") } == 300 }
        try program.rewrite(
          Self.settings(
            ("down", broken + ", failureRateThreshold: 0.4, permittedProbes: 1 }"),
            ("up", keys + ", attemptTimeout: 300ms"), ("more", keys)))
        program.signal(SIGHUP)
        try await eventually("the new settings are in force") { try await program.get("/more/x").status == 200 }
        // All that began before, and before its new time-out of an attempt, ends under its own settings.
        try await Task.sleep(for: .milliseconds(400))
        gate.open()
        for try await answer in group {
          #expect(answer.status == 200 && answer.body == "finished", "it ends under the settings that it began with")
        }
      }
      #expect(try await program.get("/up/late").status == 504, "what begins now has the new time-out")
      let breaker = try await program.operate("GET", "/api/breakers/down").json
      #expect(breaker["state"] == "open" && breaker["settings"]["permittedProbes"] == 1, "\(breaker)")
      #expect(try await program.get("/down/x").status == 503)
      #expect(try await program.operate("GET", "/api/bulkheads").json.elements.count == 2)
      let (socket, first) = stream
      let rest = try await offPool { socket.receiveAll().utf8.count }
      #expect(first.count + rest > 40 << 20, "the stream came whole")
      try await program.metric(#"resilience_config_reloads_total{service="outside",result="applied"} 1"#)
    }
  }

  @Test(
    "R12.6 a broken file changes nothing and says so in log, metric, events and interface; the next good one is taken")
  func broken() async throws {
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    let keys = "url: \"\(upstream.url)\", circuitBreaker: { openDuration: "
    try await ServedProgram.run(Self.settings(("up", keys + "10s }"))) { program in
      let before = try await program.operate("GET", "/api/configuration").json
      try program.rewrite(Self.settings(("up", keys + "10 sec }, timeuot: 3s")))
      program.signal(SIGHUP)
      let status = try await eventually("the file is rejected") {
        let status = try await program.operate("GET", "/api/configuration").json
        return status["lastResult"] == "rejected" ? status : nil
      }
      #expect(status["hash"] == before["hash"] && status["since"] == before["since"])
      let problems = status["problems"].elements.compactMap(\.string)
      #expect(problems.count == 2 && problems.contains { $0.contains("resilience.yaml:7:") }, "\(problems)")
      #expect(problems.contains { $0.contains("dependencies.up.timeuot") })
      #expect(try await Self.seconds(program, "up") == 10)
      #expect(try await program.get("/up/x").body == "fine")
      let log = program.current?.errors ?? ""
      #expect(log.contains("cannot be used") && log.contains("dependencies.up.timeuot"), "\(log)")
      try await program.metric(#"resilience_config_reloads_total{service="outside",result="rejected"} 1"#)
      try await program.metric(#"resilience_config_last_reload_successful{service="outside"} 0"#)
      let port = program.operations
      let told = try await offPool {
        let socket = try RawSocket(port: port)
        try socket.send(HTTP.request("GET", port, "/api/events", [("Last-Event-ID", "0")]))
        var text = ""
        // A snapshot comes every second, so the stream does not end by itself.
        for _ in 0..<500 where !text.contains("configuration.rejected") {
          text += String(decoding: try socket.receive(), as: UTF8.self)
        }
        return text
      }
      #expect(told.contains("configuration.rejected"), "\(told)")

      try program.rewrite(Self.settings(("up", keys + "20s }")))
      try await eventually("the next good file is taken, without a signal") {
        try await Self.seconds(program, "up") == 20
      }
      try await program.metric(#"resilience_config_last_reload_successful{service="outside"} 1"#)
    }
  }

  @Test("R12.6 what was in force before a SIGHUP is taken when it is in the file again")
  func backAgain() async throws {
    let keys = "url: \"http://127.0.0.1:9\", circuitBreaker: { openDuration: "
    try await ServedProgram.run(Self.settings(("up", keys + "10s }"))) { program in
      try program.rewrite(Self.settings(("up", keys + "20s }")))
      program.signal(SIGHUP)
      try await eventually("the signal is obeyed") { try await Self.seconds(program, "up") == 20 }
      // Within the second before the next look at the file, most often.
      try program.rewrite(Self.settings(("up", keys + "10s }")))
      try await eventually("the file is taken") { try await Self.seconds(program, "up") == 10 }
    }
  }

  @Test("R12.6 dependencies come, go and change while others are called; a port waits for a restart and is named")
  func dependencies() async throws {
    let upstream = try ScriptedUpstream { .ok($0.target) }
    defer { upstream.stop() }
    let keys = "url: \"\(upstream.url)\""
    try await ServedProgram.run(Self.settings(("one", keys), ("two", keys + ", bulkhead: true"))) { program in
      #expect(try await program.get("/two/x").status == 200)
      let before = try await program.operate("GET", "/metrics").body
      #expect(before.contains(#"resilience_bulkhead_limit{service="outside",dependency="two"}"#))
      try program.rewrite(
        Self.settings(("one", keys + ", listen: 127.0.0.1:9"), ("three", keys)).with {
          $0.gateway = "trustedProxies: [10.0.0.0/8], shutdownGracePeriod: 3s"
        })
      program.signal(SIGHUP)
      try await eventually("the new one is there") { try await program.get("/three/x").status == 200 }
      #expect(try await program.get("/two/x").status == 404)
      #expect(try await program.get("/one/x").status == 200)
      let names = try await program.operate("GET", "/api/dependencies").json.elements.compactMap(\.["name"].string)
      #expect(names == ["one", "three"])
      let after = try await program.operate("GET", "/metrics").body
      #expect(!after.contains(#"resilience_bulkhead_limit{service="outside",dependency="two"}"#))
      #expect(after.contains(#"resilience_attempts_total{service="outside",dependency="two"} 1"#))
      let pending = try await program.operate("GET", "/api/configuration").json["pendingRestart"].elements
      #expect(
        Set(pending.compactMap(\.string)) == [
          "dependencies.one.listen: (none) → 127.0.0.1:9", "gateway.shutdownGracePeriod: 30s → 3s",
        ])
      try await program.metric(#"resilience_config_pending_restart_settings{service="outside"} 2"#)
      #expect(program.current?.errors.contains("needs a restart: dependencies.one.listen") ?? false)
    }
  }

  @Test("R12.6 an operator's decision and what is remembered outlast a reload")
  func state() async throws {
    let upstream = try ScriptedUpstream { request in
      request.previous == 0 ? .ok("remembered", [("Cache-Control", "max-age=1")]) : .answer(503, [], "")
    }
    defer { upstream.stop() }
    let keys = "url: \"\(upstream.url)\", retry: false, fallback: [{ staleCache: { maxAge: 1h } }]"
    try await ServedProgram.run(Self.settings(("up", keys), ("held", "url: \"\(upstream.url)\""))) { program in
      #expect(try await program.get("/up/x").body == "remembered")
      let override: JSON = ["state": "isolated", "reason": "maintenance", "for": "1h"]
      #expect(try await program.operate("PUT", "/api/breakers/held/override", override).status == 200)
      try program.rewrite(
        Self.settings(
          ("up", keys + ", timeout: 9s, cache: { enabled: false, maxEntries: 50 }"),
          ("held", "url: \"\(upstream.url)\", timeout: 9s, circuitBreaker: { permittedProbes: 2 }")))
      program.signal(SIGHUP)
      try await eventually("it is in force") {
        try await program.operate("GET", "/api/configuration").json["lastResult"] == "applied"
      }
      #expect(try await program.get("/up/x").body == "remembered")
      #expect(try await program.state("held") == "isolated")
      let recorded = try await program.operate("GET", "/api/breakers/held").json["override"]
      #expect(recorded["reason"] == "maintenance", "\(recorded)")
    }
  }

  @Test("R12.6 a ConfigMap's symbolic link that is turned is noticed, a half-written file is not taken")
  func replacement() async throws {
    let keys = "url: \"http://127.0.0.1:9\", circuitBreaker: { openDuration: "
    try await ServedProgram.run(Self.settings(("up", keys + "10s }"))) { program in
      let config = program.folder.file("resilience.yaml")
      for (number, length) in [(1, "30s"), (2, "40s")] {
        let target = try program.folder.write(
          program.yaml(Self.settings(("up", keys + length + " }"))), to: "v\(number)")
        try FileManager.default.createSymbolicLink(atPath: config + ".new", withDestinationPath: target)
        #expect(rename(config + ".new", config) == 0)
        try await eventually("version \(number) is in force") {
          try await Self.seconds(program, "up") == Double(length.dropLast())
        }
      }
      let (length, rounds) = try await Self.writeInPieces(config) { length in
        program.yaml(Self.settings(("up", keys + "\(length)s }"), ("late", "url: \"http://127.0.0.1:9\"")))
      }
      try await eventually("the whole file is in force") { try await Self.seconds(program, "up") == Double(length) }
      #expect(try await program.operate("GET", "/api/dependencies").json.elements.count == 2)
      guard rounds == 1 else { return }
      try await program.metric(#"resilience_config_reloads_total{service="outside",result="applied"} 3"#)
    }
  }

  /// Writes a file in pieces, a moment apart: what stands there in between would even be valid.
  ///
  /// A moment that a busy machine makes as long as the program takes for settled (a second) proves nothing: then
  /// another text is written in the same way.
  private static func writeInPieces(
    _ file: String, _ text: (Int) -> String
  ) async throws -> (length: Int, rounds: Int) {
    let clock = ContinuousClock()
    for round in 1...20 {
      let text = text(49 + round)
      let cut = try #require(text.range(of: "  late")?.lowerBound)
      try FileManager.default.removeItem(atPath: file)
      let start = clock.now
      #expect(FileManager.default.createFile(atPath: file, contents: Data(text[..<cut].utf8)))
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.seekToEnd()
      try await Task.sleep(for: .milliseconds(300))
      try handle.write(contentsOf: Data(text[cut...].utf8))
      try handle.close()
      if clock.now - start < .milliseconds(900) { return (49 + round, round) }
    }
    throw Trouble("20 times 300 ms took longer than 900 ms")
  }

  @Test("R12.6 fifty reloads leave no descriptor and no thread behind")
  func repeated() async throws {
    let upstream = try ScriptedUpstream { _ in .ok("fine") }
    defer { upstream.stop() }
    func settings(_ number: Int) -> ProgramSettings {
      Self.settings(
        ("up", "url: \"\(upstream.url)\", timeout: \(number + 1)s, bulkhead: { maxConcurrent: \(number + 1) }"),
        ("tls", "url: \"https://127.0.0.1:9\", tls: { serverName: name\(number).example }"),
        ("extra\(number)", "url: \"\(upstream.url)\""))
    }
    try await ServedProgram.run(settings(0), alone: true) { program in
      func reload(_ number: Int) async throws {
        try program.rewrite(settings(number))
        program.signal(SIGHUP)
        try await eventually("number \(number) is in force") {
          try await program.get("/extra\(number)/x").status == 200
        }
        #expect(try await program.get("/up/x").status == 200)
        _ = try await program.get("/tls/x")
      }
      for number in 1...5 { try await reload(number) }
      let process = try #require(program.current).id
      let before = try Self.counts(process)
      for number in 6...55 { try await reload(number) }
      try await eventually("what was used is given back") {
        let after = try Self.counts(process)
        return after.descriptors <= before.descriptors + 3 && after.threads <= before.threads + 2
      }
    }
  }

  private static func counts(_ process: pid_t) throws -> (descriptors: Int, threads: Int) {
    func count(_ folder: String) throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/\(folder)").count
    }
    return (try count("fd"), try count("task"))
  }

  @Test("R12.6 a setting on the command line stands above file and environment, at the start and after a reload")
  func commandLine() async throws {
    let keys = "url: \"http://127.0.0.1:9\", circuitBreaker: { openDuration: 10s, permittedProbes: "
    let settings = Self.settings(("up", keys + "2 }")).with {
      $0.arguments = ["--set", "dependencies.up.circuitBreaker.openDuration=33s"]
      $0.environment = ["RESILIENCE_DEPENDENCIES_UP_CIRCUIT_BREAKER_OPEN_DURATION": "22s"]
    }
    try await ServedProgram.run(settings) { program in
      #expect(try await Self.seconds(program, "up") == 33)
      try program.rewrite(Self.settings(("up", keys + "1 }")))
      program.signal(SIGHUP)
      try await eventually("it is in force") {
        try await program.operate("GET", "/api/breakers/up").json["settings"]["permittedProbes"] == 1
      }
      #expect(try await Self.seconds(program, "up") == 33)
    }
  }
}
