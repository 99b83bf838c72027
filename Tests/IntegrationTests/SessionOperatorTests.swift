import ServerTestSupport
import Testing

/// What an operator sees of sessions, and does to them, with `resilience ctl session` and Prometheus.
@Suite("Sessions for operators", .timeLimit(.minutes(10)))
struct SessionOperatorTests {
  private static func pair(_ body: (ServedProgram, ServedProgram, RealRedis) async throws -> Void) async throws {
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let settings = SessionStage.settings(redis)
    try await ServedProgram.run(settings) { first in
      let second = try ServedProgram.beside(settings)
      defer { second.current?.end() }
      try await second.start()
      try await body(first, second, redis)
    }
  }

  /// The value of a metric of the program; nil where there is no such series.
  private static func value(_ program: ServedProgram, _ name: String, _ labels: String = "") async throws -> Double? {
    let start = "\(name){service=\"outside\"\(labels)} "
    let text = try await SessionStage.send(program, "GET", "/metrics").body
    return text.split(separator: "\n").first { $0.hasPrefix(start) }.flatMap { Double($0.dropFirst(start.count)) }
  }

  @Test("R8.1 R8.9 ctl session lists, shows, deletes and tells how the service is; access and audit as everywhere")
  func sessions() async throws {
    try await Self.pair { program, _, _ in
      for (id, user) in [("s1", "ada"), ("s2", "bob"), ("s3", "ada")] {
        let body: JSON = ["id": .text(id), "state": .text("state of \(id)"), "attributes": ["user": .text(user)]]
        #expect(try await SessionStage.send(program, "POST", "/api/sessions", body).status == 201)
      }
      let list = try await Ctl.run(program, ["session", "list", "--attribute", "user=ada"])
      #expect(
        list.code == 0 && list.output.contains("s1  version 1") && list.output.contains("s3  version 1"), "\(list)")
      #expect(!list.output.contains("s2") && !list.output.contains("state of"), "\(list)")
      let page = try await Ctl.run(program, ["session", "list", "--limit", "1", "--json"])
      #expect(JSON(page.output)["next"] == "s1", "\(page)")
      let more = try await Ctl.run(program, ["session", "list", "--after", "s2"])
      #expect(more.output.hasPrefix("s3  "), "\(more)")
      let one = try await Ctl.run(program, ["session", "get", "s2"])
      #expect(one.output.contains("user=bob\nstate of s2"), "\(one)")
      let status = try await Ctl.run(program, ["session"], token: "vera-has-a-token")
      #expect(status.code == 0 && status.output.contains("healthy; the store serves"), "\(status)")
      for command in [["list"], ["get", "s1"], ["delete", "s1", "--reason", "x"], ["conflicts"]] {
        let viewer = try await Ctl.run(program, ["session"] + command, token: "vera-has-a-token")
        #expect(viewer.code == 1 && viewer.errors.contains("403"), "\(command): \(viewer)")
      }
      let deleted = try await Ctl.run(program, ["session", "delete", "s2", "--reason", "asked for by bob"])
      #expect(deleted.code == 0 && deleted.output == "removed s2\n", "\(deleted)")
      let missing = try await Ctl.run(program, ["session", "get", "s2"])
      #expect(missing.code == 1 && missing.errors.contains("404"), "\(missing)")
      #expect(try await Ctl.run(program, ["session", "resolve", "x", "--keep", "mine", "--reason", "x"]).code == 64)
      let gone = try await Ctl.run(program, ["session", "resolve", "s1/x", "--keep", "ours", "--reason", "x"])
      #expect(gone.code == 1 && gone.errors.contains("no such conflict"), "\(gone)")
      let audit = try await SessionStage.send(program, "GET", "/api/audit").json.elements
      #expect(audit.first?["action"] == "sessions.delete" && audit.first?["actor"] == "otto", "\(audit)")
      #expect(audit.first?["reason"] == "asked for by bob" && audit.first?["before"] == "version 1", "\(audit)")
      let count = ",operation=\"create\",outcome=\"success\""
      #expect(try await Self.value(program, "resilience_session_operations_total", count) == 3)
      #expect(try await Self.value(program, "resilience_sessions_active") == 2)
      let metrics = try await SessionStage.send(program, "GET", "/metrics").body
      #expect(
        metrics.contains("resilience_session_operation_duration_seconds_count{service=\"outside\",operation=\"get\""))
    }
  }

  @Test("R8.2 an outage shows in the metrics, and a conflict is compared and ended by ctl, audited")
  func conflicts() async throws {
    try await Self.pair { first, second, redis in
      try await SessionStage.conflict(of: "cart-1", first, second, redis)
      try await eventually("the store serves") {
        try await Self.value(first, "resilience_session_fallback_active") == 0
      }
      #expect(try await Self.value(first, "resilience_session_conflicts") == 1)
      #expect(try await Self.value(first, "resilience_session_changes_waiting") == 0)
      #expect((try await Self.value(first, "resilience_session_changes_journalled_total") ?? 0) >= 1)
      let set = ",result=\"conflict\""
      #expect(try await Self.value(first, "resilience_session_changes_reconciled_total", set) == 1)
      let isFallback = ",operation=\"update\",outcome=\"fallback\""
      #expect((try await Self.value(first, "resilience_session_operations_total", isFallback) ?? 0) >= 1)
      let metrics = try await SessionStage.send(first, "GET", "/metrics").body
      #expect(!metrics.contains("cart-1"), "no label names a session")

      let list = try await Ctl.run(first, ["session", "conflicts"])
      #expect(list.code == 0 && list.output.contains("session cart-1  here changed at"), "\(list)")
      let id = try #require(list.output.split(separator: " ").first.map(String.init))
      let forms = try await Ctl.run(first, ["session", "conflicts", id])
      #expect(forms.output.contains("lamp") && forms.output.contains("step=payment"), "\(forms)")
      let refused = try await Ctl.run(
        first, ["session", "resolve", id, "--keep", "ours", "--reason", "x"], token: "vera-has-a-token")
      #expect(refused.code == 1 && refused.errors.contains("403"), "\(refused)")
      let merge = [
        "session", "resolve", id, "--keep", "merged", "--state", "both", "--attribute", "user=ada", "--reason",
        "ada says both",
      ]
      let ended = try await Ctl.run(first, merge)
      #expect(ended.code == 0 && ended.output.contains("cart-1  version 3"), "\(ended)")
      #expect(try await SessionStage.send(second, "GET", "/api/sessions/cart-1").json["state"] == "both")
      #expect(try await Ctl.run(first, ["session", "conflicts"]).output == "no conflict\n")
      let audit = try await SessionStage.send(first, "GET", "/api/audit").json.elements
      #expect(audit.first?["action"] == "sessions.resolve" && audit.first?["reason"] == "ada says both", "\(audit)")
      #expect(try await Self.value(first, "resilience_session_conflicts") == 0)

      redis.kill()
      try await eventually("the outage shows") {
        _ = try await SessionStage.send(first, "GET", "/api/sessions/cart-1")
        return try await Self.value(first, "resilience_session_fallback_active") == 1
      }
      let status = try await Ctl.run(first, ["session", "status"])
      #expect(status.output.contains("THE FALLBACK SERVES"), "\(status)")
    }
  }
}
