import Foundation
import Glibc
import ServerTestSupport
import Testing

@Suite("Healing from the outside", .timeLimit(.minutes(60)))
struct HealingTests {
  private static let nowhere = ("up", "url: \"http://127.0.0.1:9\", retry: false, bulkhead: { maxConcurrent: 20 }")

  @Test("R10.1 R10.3 R10.5 a supervised process that is killed is restarted by its workflow and verified")
  func process() async throws {
    let settings = ProgramSettings.dependencies(Self.nowhere).with {
      $0.top = """
        supervised: [ { name: worker, run: [ /bin/sh, -c, "exec sleep 1000" ], restart: never } ]
        healing: { workflows: [ { name: revive, trigger: { health: worker }, actions: [ { restartProcess: worker } ],
          verify: { healthy: [ worker ], interval: 50ms }, cooldown: 100ms } ] }
        """
    }
    try await ServedProgram.run(settings, alone: true) { program in
      var detections: [Double] = []
      var recoveries: [Double] = []
      var pid = try await program.pid(of: "worker")
      for round in 1...5 {
        let killedAt = Date().timeIntervalSince1970 * 1_000
        kill(pid, SIGKILL)
        pid = try await program.pid(of: "worker", otherThan: pid)
        let run = try await eventually("run \(round) has ended") {
          let runs = try await program.runs(of: "revive").filter { $0["phase"] == "ended" }
          return runs.count == round ? runs.first : nil
        }
        #expect(run["result"] == "healed" && run["actor"] == "system", "\(run.encoded)")
        #expect(run["steps"].elements.map { $0["kind"].string } == ["act", "verify"])
        detections.append((run["detectedAt"].double ?? 0) - killedAt)
        recoveries.append(run["recoveryMilliseconds"].double ?? 0)
        // The cool-down is over before the next round.
        try await eventually("it listens again") {
          try await program.healing()["workflows"].elements.first?["quietUntil"] == .null
        }
      }
      let status = try await program.healing()
      #expect(status["successRate"] == 1 && status["processes"].elements.first?["restarts"] == 5)
      let shown = [detections, recoveries].map { $0.sorted().map { "\(Int($0)) ms" }.joined(separator: ", ") }
      print("healing: killed process: detected after \(shown[0]); recovered and verified after \(shown[1])")
      #expect(recoveries.allSatisfy { $0 < 5_000 })
      try await program.metric(
        "resilience_healing_runs_total{service=\"outside\",workflow=\"revive\",result=\"healed\"} 5")
      try await program.metric("resilience_supervised_process_up{service=\"outside\",process=\"worker\"} 1")
    }
  }

  @Test(
    "R10.1 R10.4 an action that fails is tried as often as allowed, then a person is told, and nothing else happens")
  func escalation() async throws {
    let secret = "planted-escalation-secret-0123"
    let person = try await WebhookReceiver(secret: secret)
    defer { person.end() }
    // The first attempts fail: an escalation is repeated until it is taken.
    try await person.answer(with: [500, 503, 200])
    let settings = ProgramSettings.dependencies(Self.nowhere).with {
      $0.top = """
        healing: { workflows: [ { name: broken, maxAttempts: 3, backoff: 50ms, actions: [
          { command: { run: [ /bin/sh, -c, "echo tried >> {folder}/tries; echo out of order >&2; exit 3" ] } } ],
          escalation: { webhook: "\(person.url)", secret: "${ESCALATION_SECRET}" } } ] }
        """
      $0.environment = ["ESCALATION_SECRET": secret]
    }
    try await ServedProgram.run(settings) { program in
      try await program.metric("resilience_healing_escalations_total{service=\"outside\",workflow=\"broken\"} 0")
      #expect(try await program.startWorkflow("broken").status == 202)
      let run = try await program.endedRun(of: "broken")
      #expect(run["result"] == "failed" && run["attempt"] == 3, "\(run.encoded)")
      #expect(run["explanation"].string?.contains("out of order") == true, "\(run.encoded)")
      #expect(program.lines("tries").count == 3)
      let received = try await eventually("a person was told") {
        let received = try await person.received()
        return received["taken"].elements.isEmpty ? nil : received
      }
      #expect(received["refused"].elements.isEmpty && received["attempts"] == 3, "\(received)")
      #expect(received["taken"].elements.map { $0["type"].string } == ["healing.escalated"], "\(received)")
      let data = received["taken"].elements.first?["data"]
      #expect(data?["workflow"] == "broken" && data?["service"] == "outside", "\(received)")
      #expect(data?["reason"].string?.contains("a person is needed") == true, "\(received)")
      try await program.metric("resilience_healing_escalations_total{service=\"outside\",workflow=\"broken\"} 1")
      try await Task.sleep(for: .milliseconds(300))
      #expect(program.lines("tries").count == 3)
      let shown = try await program.operate("GET", "/api/configuration").body + (program.current?.errors ?? "")
      #expect(!shown.contains(secret))
    }
  }

  @Test("R10.2 R9.6 a breaker that opens starts a workflow: pool recycled, breaker reset, service back")
  func breaker() async throws {
    let isWell = Switch()
    let upstream = try ScriptedUpstream { _ in isWell.isOn ? .ok("fine") : .answer(500, [], "") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      (
        "api", "url: \"\(upstream.url)\", retry: false, circuitBreaker: { consecutiveFailures: 3, openDuration: 10m }"
      )
    ).with {
      $0.top = """
        healing: { workflows: [ { name: mend, trigger: { breaker: api }, cooldown: 200ms, actions: [
          { command: { run: [ /bin/sh, -c, "test -e {folder}/mended" ] } }, { recyclePool: api }, { resetBreaker: api } ],
          verify: { breakersClosed: [ api ], healthy: [ api ], interval: 20ms, timeout: 30s } } ] }
        """
    }
    try await ServedProgram.run(settings) { program in
      try await program.openBreaker("api")
      let failed = try await program.endedRun(of: "mend")
      #expect(failed["result"] == "failed")
      _ = try program.folder.write("", to: "mended")
      isWell.turn(on: true)
      try await eventually("it is mended") {
        try await program.runs(of: "mend").contains { $0["result"] == "healed" }
      }
      #expect(try await program.state("api") == "closed")
      #expect(try await program.get("/api/").status == 200)
      let audit = try await program.operate("GET", "/api/audit").json.elements
      #expect(audit.contains { $0["action"] == "breaker.reset" && $0["actor"] == "healing" })
      #expect(audit.contains { $0["action"] == "pool.recycle" && $0["actor"] == "healing" })
    }
  }

  @Test("R10.2 so many time-outs within a while start a workflow, other failures do not")
  func errors() async throws {
    let upstream = try ScriptedUpstream { $0.target == "/hang" ? .hang : .answer(500, [], "") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      (
        "api", "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, timeout: 2s"
      )
    ).with {
      $0.top = """
        healing: { workflows: [ { name: slow, actions: [],
          trigger: { errors: { dependency: api, category: timeout, code: ORC_006, count: 3, within: 30s } } } ] }
        """
    }
    try await ServedProgram.run(settings) { program in
      for _ in 0..<5 { _ = try await program.get("/api/bad") }
      for _ in 0..<2 { _ = try await program.get("/api/hang") }
      #expect(try await program.runs(of: "slow").isEmpty)
      _ = try await program.get("/api/hang")
      let run = try await program.endedRun(of: "slow")
      #expect(run["result"] == "healed", "\(run.encoded)")
    }
  }

  @Test("R10.2 R10.4 an operator runs, rolls back and stops; a dry run does nothing; the stop survives kill -9")
  func operators() async throws {
    let settings = ProgramSettings.dependencies(Self.nowhere).with {
      $0.storage = "sqlite:{folder}/state.db"
      $0.top = """
        healing: { workflows: [ { name: throttle, actions: [ { limit: { dependency: up, maxConcurrent: 3 } } ] } ] }
        """
    }
    try await ServedProgram.run(settings) { program in
      func limit() async throws -> Double? {
        try await program.operate("GET", "/api/bulkheads").json.elements.first?["maxConcurrent"].double
      }
      try await program.startWorkflow("throttle", dryRun: true)
      #expect(try await program.endedRun(of: "throttle")["result"] == "planned")
      #expect(try await limit() == 20)
      try await program.startWorkflow("throttle")
      try await eventually("the limit is in force") { try await limit() == 3 }
      let run = try await program.endedRun(of: "throttle")
      let path = "/api/healing/runs/\(run["id"].string ?? "")/rollback"
      let back = try await program.operate("POST", path, ["reason": "not needed"])
      #expect(back.status == 200 && back.json["isRolledBack"] == true, "\(back.body)")
      #expect(try await limit() == 20)
      #expect(try await program.operate("POST", path, ["reason": "again"]).status == 409)
      #expect(try await program.operate("POST", path, [:]).status == 422, "a reason is asked for")

      #expect(try await program.operate("PUT", "/api/healing/stop", ["reason": "maintenance"]).status == 200)
      program.crash()
      try await program.start()
      try await eventually("the stop is there again") {
        try await program.healing()["stop"]["reason"] == "maintenance"
      }
      #expect(try await program.startWorkflow("throttle").status == 409)
      try await program.metric("resilience_healing_stopped{service=\"outside\"} 1")
      #expect(try await program.operate("DELETE", "/api/healing/stop", ["reason": "done"]).status == 200)
      #expect(try await program.startWorkflow("throttle").status == 202)
      #expect(try await program.startWorkflow("unknown").status == 404)
      let actions = try await program.operate("GET", "/api/audit").json.elements.compactMap { $0["action"].string }
      for action in ["healing.run", "healing.rollback", "healing.stop", "healing.resume", "bulkhead.limit"] {
        #expect(actions.contains(action), "\(action) in \(actions)")
      }
    }
  }

  @Test("R10.1 other settings come into force while a workflow runs, which goes on to its end")
  func reload() async throws {
    func settings(_ name: String) -> ProgramSettings {
      ProgramSettings.dependencies(Self.nowhere).with {
        $0.top = """
          healing: { workflows: [ { name: \(name), actions: [ { command: {
            run: [ /bin/sh, -c, "until test -e {folder}/go; do sleep 0.05; done" ] } } ] } ] }
          """
      }
    }
    try await ServedProgram.run(settings("first")) { program in
      try await program.startWorkflow("first")
      try await eventually("it runs") { try await program.runs(of: "first").first?["phase"] == "acting" }
      try program.rewrite(settings("second"))
      program.signal(SIGHUP)
      try await eventually("the new workflow is there") {
        try await program.healing()["workflows"].elements.map { $0["name"].string } == ["second"]
      }
      _ = try program.folder.write("", to: "go")
      #expect(try await program.endedRun(of: "first")["result"] == "healed")
      try await program.startWorkflow("second")
      #expect(try await program.endedRun(of: "second")["result"] == "healed")
    }
  }

  @Test("R10.4 the documents' variables switch healing and set the time of its verification")
  func variables() async throws {
    let settings = ProgramSettings.dependencies(Self.nowhere).with {
      $0.top = "healing: { workflows: [ { name: w, actions: [], verify: { healthy: [ up ] } } ] }"
      $0.environment = ["SELF_HEALING_ENABLED": "false", "HEALING_VERIFICATION_TIMEOUT": "1"]
    }
    try await ServedProgram.run(settings) { program in
      let healing = try await program.healing()
      #expect(healing["isEnabled"] == false)
      #expect(try await program.startWorkflow("w").status == 409)
    }
  }
}
