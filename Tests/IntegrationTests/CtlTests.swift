import Glibc
import ServerTestSupport
import Testing

@Suite("The program's ctl commands", .timeLimit(.minutes(60)))
struct CtlTests {
  @Test("R12.6 ctl looks and changes with an operator's token, prints words or JSON, and says why it is refused")
  func commands() async throws {
    let settings = ProgramSettings.dependencies(
      (
        "up", "url: \"http://127.0.0.1:9\", retry: false, bulkhead: { maxConcurrent: 20 }"
      )
    ).with {
      $0.operations = """
        operators: [ { name: vera, token: "vera-has-a-token", role: viewer },
          { name: otto, token: "otto-has-a-token", role: operator } ]
        """
      $0.top = "healing: { workflows: [ { name: w, actions: [ { limit: { dependency: up, maxConcurrent: 3 } } ] } ] }"
    }
    try await ServedProgram.run(settings) { program in
      let status = try await Ctl.run(program, ["healing", "status"])
      #expect(status.code == 0 && status.output.contains("workflow w: listening"), "\(status)")
      let run = try await Ctl.run(program, ["healing", "run", "w", "--reason", "a test", "--json"])
      let id = try #require(JSON(run.output)["id"].string, "\(run)")
      try await eventually("it has ended") {
        let runs = try await Ctl.run(program, ["healing", "runs"]).output
        return runs.contains("\(id)  ") && runs.contains("healed")
      }
      let back = try await Ctl.run(program, ["healing", "rollback", id, "--reason", "no"])
      #expect(back.code == 0 && back.output.contains("rolled back"), "\(back)")
      let stopped = try await Ctl.run(program, ["healing", "stop", "--reason", "a test"])
      #expect(stopped.output.hasPrefix("STOPPED by otto"), "\(stopped)")
      let refused = try await Ctl.run(program, ["healing", "run", "w", "--reason", "x"])
      #expect(refused.code == 1 && refused.errors.contains("stopped"), "\(refused)")
      #expect(try await Ctl.run(program, ["healing", "resume", "--reason", "a test"]).code == 0)

      let override = ["breaker", "override", "up", "--state", "isolated", "--reason", "a test", "--for", "10m"]
      #expect(try await Ctl.run(program, override).output.contains("isolated by otto"))
      #expect(try await Ctl.run(program, ["breaker"]).output.contains("up  isolated"))
      #expect(try await Ctl.run(program, ["breaker", "release", "up", "--reason", "x"]).output.contains("up  closed"))
      #expect(try await Ctl.run(program, ["breaker", "reset", "up", "--reason", "x"]).code == 0)
      #expect(try await Ctl.run(program, ["mode"]).output.hasPrefix("mode "))
      #expect(try await Ctl.run(program, ["mode", "reset", "--reason", "x"]).code == 0)
    }
  }

  @Test(
    "R4.5 R4.8 R12.6 ctl sets and resets toggles and the mode, with a length; the audit has who, why, before and after")
  func toggles() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.operations = """
        operators: [ { name: vera, token: "vera-has-a-token", role: viewer },
          { name: otto, token: "otto-has-a-token", role: operator } ]
        """
      $0.top = "toggles: { features: [ { name: half, percentage: 50 }, { name: beta, enabled: false } ] }"
    }
    try await ServedProgram.run(settings) { program in
      #expect(try await Ctl.run(program, ["toggle"]).output.contains("half  on  50.0 %"))
      let launch = ["toggle", "set", "beta", "--enabled", "--percentage", "20", "--reason", "launch", "--for", "10m"]
      let set = try await Ctl.run(program, launch)
      #expect(set.code == 0 && set.output.contains("on for 20.0 % by otto until "), "\(set)")
      #expect(try await Ctl.run(program, ["toggle", "set", "half", "--tier", "gold", "--reason", "x"]).code == 0)
      let all = JSON(try await Ctl.run(program, ["toggle", "list", "--json"]).output).elements
      #expect(all.map { $0["tiers"].elements.compactMap(\.string) } == [[], ["gold"]], "by name")
      #expect(all.map { $0["isEnabled"] } == [true, true])
      let reset = try await Ctl.run(program, ["toggle", "reset", "beta", "--reason", "too early"])
      #expect(reset.code == 0 && reset.output.hasPrefix("beta  off"), "\(reset)")
      let nothing = try await Ctl.run(program, ["toggle", "set", "beta", "--reason", "x"])
      #expect(nothing.code == 64 && nothing.errors.contains("say what to change"), "\(nothing)")
      let unknown = try await Ctl.run(program, ["toggle", "reset", "gone", "--reason", "x"])
      #expect(unknown.code == 1 && unknown.errors.contains("404"), "\(unknown)")
      let viewer = try await Ctl.run(program, launch, token: "vera-has-a-token")
      #expect(viewer.code == 1 && viewer.errors.contains("403"), "\(viewer)")

      let mode = try await Ctl.run(program, ["mode", "set", "readOnly", "--reason", "migration", "--for", "1h"])
      #expect(mode.code == 0 && mode.output.hasPrefix("mode readOnly since "), "\(mode)")
      #expect(mode.output.contains("chosen by otto until ") && mode.output.contains(": migration"), "\(mode)")
      let wrong = try await Ctl.run(program, ["mode", "set", "asleep", "--reason", "x"])
      #expect(wrong.code == 1 && wrong.errors.contains("emergency"), "\(wrong)")
      #expect(try await Ctl.run(program, ["mode", "withdraw", "--reason", "done"]).output.hasPrefix("mode normal"))
      #expect(try await Ctl.run(program, ["mode", "set", "partial", "--reason", "x"]).code == 0)
      #expect(try await Ctl.run(program, ["mode", "reset", "--reason", "y"]).output.hasPrefix("mode normal"))

      let audit = try await Self.audit(program)
      #expect(audit.allSatisfy { $0["actor"] == "otto" }, "\(audit)")
      let reasons = audit.compactMap { $0["reason"].string }
      for reason in ["launch", "too early", "migration", "done", "y"] { #expect(reasons.contains(reason), "\(reason)") }
      #expect(audit.contains { $0["reason"] == "migration" && $0["before"] == "normal" && $0["after"] != "normal" })
    }
  }

  private static func audit(_ program: ServedProgram) async throws -> [JSON] {
    let answer = try await HTTP.send(
      "GET", program.operations, "/api/audit", [("Authorization", "Bearer otto-has-a-token")])
    return answer.json.elements
  }

  @Test("R12.2 without a token, and for a viewer who writes, ctl is refused; without a server it says so")
  func refusals() async throws {
    let settings = ProgramSettings.dependencies(("up", "url: \"http://127.0.0.1:9\"")).with {
      $0.operations = "operators: [ { name: vera, token: \"vera-has-a-token\", role: viewer } ]"
    }
    try await ServedProgram.run(settings) { program in
      let nobody = try await Ctl.run(program, ["healing"], token: nil)
      #expect(nobody.code == 1 && nobody.errors.contains("RESILIENCE_OPERATIONS_TOKEN"), "\(nobody)")
      #expect(try await Ctl.run(program, ["healing"], token: "vera-has-a-token").code == 0)
      let viewer = try await Ctl.run(program, ["healing", "stop", "--reason", "x"], token: "vera-has-a-token")
      #expect(viewer.code == 1 && viewer.errors.contains("403"), "\(viewer)")
      program.signal(SIGTERM)
      _ = try await program.exit()
      let gone = try await Ctl.run(program, ["healing"], token: "vera-has-a-token")
      #expect(gone.code == 2 && gone.errors.contains("cannot be reached"), "\(gone)")
    }
  }
}
