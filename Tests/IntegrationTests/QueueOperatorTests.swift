import Foundation
import Glibc
import Resilience
import ServerTestSupport
import Testing

@Suite("Operators and kept requests", .timeLimit(.minutes(60)))
struct QueueOperatorTests {
  /// Without retry; a request that cannot be delivered is dead after its first attempt.
  private static func settings(
    _ upstream: ScriptedUpstream, _ queue: String, breaker: String = "false"
  ) -> ProgramSettings {
    ProgramSettings.dependencies(
      (
        "mail",
        "url: \"\(upstream.url)\", retry: false, circuitBreaker: \(breaker), fallback: [{ queue: { \(queue) } }]"
      )
    ).with {
      $0.storage = "sqlite:{folder}/state.db"
      $0.operations = "operators: [{ name: otto, token: otto-has-a-token, role: operator }]"
    }
  }

  private static let token = ("Authorization", "Bearer otto-has-a-token")

  private static func operate(
    _ program: ServedProgram, _ method: String, _ path: String, _ body: JSON? = nil
  ) async throws -> HTTPAnswer {
    try await program.operate(method, path, body, [Self.token])
  }

  private static func counts(_ program: ServedProgram) async throws -> JSON {
    try #require(try await Self.operate(program, "GET", "/api/queue").json.elements.first)
  }

  /// Refuses whatever comes, kept requests for good, until the switch is on.
  private static func upstream(_ isThere: Switch) throws -> ScriptedUpstream {
    try ScriptedUpstream { request in
      if isThere.isOn { return .answer(200, [], "") }
      return request.fields["X-Resilience-Queued"] == nil ? .answer(503, [], "") : .answer(422, [], "")
    }
  }

  @Test("R5.3 all dead letters are replayed at once, in their order, with one audit line; a misspelt queue is told")
  func replaysAll() async throws {
    let isThere = Switch()
    let upstream = try Self.upstream(isThere)
    defer { upstream.stop() }
    try await ServedProgram.run(Self.settings(upstream, "methods: [POST]")) { program in
      for number in 1...6 {
        let fields = number > 3 ? [] : [("X-Resilience-Ordering-Key", "ada")]
        #expect(
          try await HTTP.send("POST", program.gateway, "/mail/\(number)", fields, body: "\(number)").status == 202)
      }
      try await eventually("all are dead") { try await Self.counts(program)["dead"].double == 6 ? true : nil }
      for command in [["items", "nope"], ["replay", "--dead-of", "nope", "--reason", "x"]] {
        let wrong = try await Ctl.run(program, ["queue"] + command)
        #expect(wrong.code == 1 && wrong.errors.contains("No queue is called 'nope'. Known: mail."), "\(wrong.errors)")
      }
      let two = try await Ctl.run(program, ["queue", "replay", "--all", "--dead-of", "mail", "--reason", "x"])
      #expect(two.code == 64, "\(two.errors)")
      isThere.turn(on: true)
      let before = upstream.requests.count
      let done = try await Ctl.run(program, ["queue", "replay", "--all", "--reason", "the users are back"])
      #expect(done.code == 0 && done.output == "replayed 6\n", "\(done.output)\(done.errors)")
      try await eventually("all are delivered") { try await Self.counts(program)["completed"].double == 6 ? true : nil }
      let sent = upstream.requests.dropFirst(before).map(\.body)
      #expect(Set(sent) == ["1", "2", "3", "4", "5", "6"] && sent.filter { "123".contains($0) } == ["1", "2", "3"])
      let audit = try await Self.operate(program, "GET", "/api/audit").json.elements
      #expect(audit.count == 1, "\(audit)")
      #expect(audit.first?["action"] == "queue.replay" && audit.first?["before"] == "6 dead letters")
      #expect(audit.first?["actor"] == "otto" && audit.first?["reason"] == "the users are back")
      let none = try await Ctl.run(program, ["queue", "replay", "--all", "--reason", "again", "--json"])
      #expect(none.code == 0 && none.output.contains("\"replayed\":0"), "\(none.output)")
    }
  }

  @Test("R5.3 what is refused is in the audit as refused; a key that a terminal would obey is shown, not obeyed")
  func audit() async throws {
    let gate = Gate()
    let upstream = try ScriptedUpstream { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      gate.wait()
      return .answer(422, [], "")
    }
    defer {
      gate.open()
      upstream.stop()
    }
    try await ServedProgram.run(Self.settings(upstream, "methods: [POST]")) { program in
      let key = ("X-Resilience-Ordering-Key", "k\u{9b}2J")  // to a terminal: clear the screen
      #expect(try await HTTP.send("POST", program.gateway, "/mail/a", [key], body: "x").status == 202)
      let page = "/api/queue/items?state=claimed"
      var id: String?
      try await eventually("it is being delivered") {
        id = try await Self.operate(program, "GET", page).json.elements.first?["id"].string
        return id == nil ? nil : true
      }
      let path = "/api/queue/items/\(try #require(id))"
      #expect(try await Self.operate(program, "DELETE", path, ["reason": "not wanted"]).status == 409)
      let audit = try await Self.operate(program, "GET", "/api/audit").json.elements
      #expect(audit.map { $0["action"].string } == ["queue.purge", "queue.purge"], "\(audit)")
      #expect(audit.first?["after"].string?.hasPrefix("not done: ") == true, "\(audit)")
      gate.open()
      try await eventually("it is dead") { try await Self.counts(program)["dead"].double == 1 ? true : nil }
      let shown = try await Ctl.run(program, ["queue", "items"])
      #expect(shown.output.contains("  dead  1 attempt  POST /a  key k\\u{9b}2J"), "\(shown.output)")
    }
  }

  @Test("R5.3 who cannot be kept is told so, by us: a full queue's refusal is not the dependency's answer")
  func full() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "the dependency's own words") }
    defer { upstream.stop() }
    let settings = Self.settings(upstream, "methods: [POST], maxItems: 1, initialDelay: 1h, maxDelay: 1h")
    try await ServedProgram.run(settings) { program in
      #expect(try await HTTP.send("POST", program.gateway, "/mail/a", body: "x").status == 202)
      let refused = try await HTTP.send("POST", program.gateway, "/mail/b", body: "y")
      #expect(refused.status == 503 && refused["Content-Type"] == "application/problem+json", "\(refused.body)")
      #expect(refused.json["policy"] == "queue" && refused.json["state"] == "full" && refused["Retry-After"] == "5")
      #expect(refused.json["detail"].string?.contains("Nothing of it waits") == true, "\(refused.body)")
      let read = try await program.get("/mail/c")
      #expect(read.status == 503 && read.body == "the dependency's own words", "what is not kept is passed on as it is")
    }
  }

  @Test("R5.4 an isolation that is taken back before its time does not leave what waits waiting until its end")
  func released() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(200, [], "") }
    defer { upstream.stop() }
    let settings = Self.settings(upstream, "methods: [POST]", breaker: "{ openDuration: 1h }")
    try await ServedProgram.run(settings) { program in
      let isolation: JSON = ["state": "isolated", "reason": "maintenance", "for": "2h"]
      #expect(try await Self.operate(program, "PUT", "/api/breakers/mail/override", isolation).status == 200)
      #expect(try await HTTP.send("POST", program.gateway, "/mail/a", body: "x").status == 202)
      try await eventually("delivery pauses") { try await Self.counts(program)["isPaused"] == true ? true : nil }
      let back: JSON = ["reason": "done earlier"]
      #expect(try await Self.operate(program, "DELETE", "/api/breakers/mail/override", back).status == 200)
      try await eventually("it is delivered") { try await Self.counts(program)["completed"].double == 1 ? true : nil }
    }
  }

  @Test("R5.1 what is being delivered when the program is told to stop is delivered once: it comes to its end")
  func stops() async throws {
    let gate = Gate()
    let upstream = try ScriptedUpstream { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      gate.wait()
      return .answer(200, [], "")
    }
    defer {
      gate.open()
      upstream.stop()
    }
    let settings = Self.settings(upstream, "methods: [POST]").with { $0.gateway = "shutdownGracePeriod: 60s" }
    try await ServedProgram.run(settings) { program in
      #expect(try await HTTP.send("POST", program.gateway, "/mail/a", body: "x").status == 202)
      try await eventually("it is being delivered") { upstream.requests.count == 2 ? true : nil }
      program.signal(SIGTERM)
      try await eventually("nobody is let in any more") {
        (try? await program.get("/mail/b")) == nil ? true : nil
      }
      gate.open()
      #expect(try await program.exit() == 0)
      try await program.start()
      #expect(try await Self.counts(program)["completed"].double == 1)
      #expect(upstream.requests.filter { $0.fields["X-Resilience-Queued"] != nil }.count == 1)
    }
  }

  @Test(
    "R5.3 a damaged database file ends the start with its name and what to do, is not touched, and its copy goes on",
    arguments: ["header", "pages", "half"])
  func damaged(_ damage: String) async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "") }
    defer { upstream.stop() }
    let settings = Self.settings(upstream, "methods: [POST], initialDelay: 1h, maxDelay: 1h")
    try await ServedProgram.run(settings) { program in
      for number in 1...40 {
        let body = String(repeating: "\(number) ", count: 200)
        #expect(try await HTTP.send("POST", program.gateway, "/mail/a", body: body).status == 202)
      }
      program.signal(SIGTERM)
      #expect(try await program.exit() == 0)
      let file = URL(fileURLWithPath: program.folder.file("state.db"))
      let log = (try? Data(contentsOf: URL(fileURLWithPath: program.folder.file("state.db-wal"))).count) ?? 0
      #expect(log == 0, "an ordered end leaves everything in one file")
      let good = try Data(contentsOf: file)
      var bad = good
      switch damage {
      case "header": bad.replaceSubrange(0..<16, with: Data(repeating: 0x21, count: 16))
      case "half": bad = bad.prefix(bad.count / 2)
      default:
        for page in stride(from: 4_096, to: bad.count, by: 4_096) {
          bad.replaceSubrange(page..<(page + 600), with: Data(repeating: 0xff, count: 600))
        }
      }
      try bad.write(to: file)
      let process = try program.launch()
      defer { process.end() }
      #expect(try await process.exit() == 2, "\(process.errors)")
      #expect(
        process.errors.contains("state.db") && process.errors.contains("not a sound database"), "\(process.errors)")
      #expect(process.errors.contains("restore a copy or start with a new one"), "\(process.errors)")
      #expect(try Data(contentsOf: file) == bad, "it is left as it was found")
      try good.write(to: file)
      try await program.start()
      let waiting = try await Self.counts(program)
      let kept = ["waiting", "claimed", "dead"].reduce(0) { $0 + (waiting[$1].double ?? 0) }
      #expect(kept == 40, "\(waiting)")
    }
  }
}
