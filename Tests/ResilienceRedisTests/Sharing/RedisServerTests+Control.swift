import ResilienceInterfaces
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Operators' settings, reviews and healing")
  struct Control {
    private static func with(
      _ body: (RedisControlStore, RedisControlStore, RedisClient) async throws -> Void
    ) async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let stores = ["a", "b"].map { RedisControlStore(client, prefix: "c:", instance: $0) }
      try await body(stores[0], stores[1], client)
      await client.close()
    }

    private static func record(_ subject: String) -> AuditRecord {
      AuditRecord(at: 1, actor: "ada", action: "test", subject: subject, reason: "a reason", before: "", after: "x")
    }

    private static func item(_ number: Int, _ state: ReviewItem.State = .pending) -> ReviewItem {
      ReviewItem(
        id: "id\(number)", dependency: "mail", method: "POST", path: "/send?a=b", contentType: "text/plain",
        body: "Grüße, \"you\"\r\n – \(number)", receivedAt: Int64(number), cause: "status 503", state: state)
    }

    private static func run(_ id: String, isEnded: Bool = false) -> HealingRun {
      var run = HealingRun(
        id: id, workflow: "w", trigger: "it's \"broken\" — 日本", actor: "system", isDryRun: false, detectedAt: 1,
        startedAt: 2)
      if isEnded {
        run.phase = .ended
        run.result = .healed
      }
      return run
    }

    @Test("R12.6 settings are replaced, removed and audited in one step, and are those of every instance")
    func settings() async throws {
      try await Self.with { store, other, _ in
        func decision(_ key: String, _ text: String) -> SettingDecision {
          SettingDecision(key: key, text: text, reason: "an outage", actor: "otto", since: 1_000)
        }
        let both = [decision("a.b", "5s"), decision("c.d", "[{\"x\": \"ü\"}]")]
        try await store.saveSettings(both.reversed(), removing: [], recording: [Self.record("1"), Self.record("2")])
        #expect(try await other.loadSettings() == both)
        try await other.saveSettings(
          [decision("a.b", "6s")], removing: ["c.d", "never.there"], recording: [Self.record("3")])
        #expect(try await store.loadSettings() == [decision("a.b", "6s")])
        #expect(try await store.recentAudit(limit: 10).map(\.subject) == ["3", "2", "1"])
        try await store.saveSettings([], removing: ["a.b"], recording: [])
        #expect(try await store.loadSettings().isEmpty)
        #expect(try await store.recentAudit(limit: 10).count == 3)
      }
    }

    @Test("R4.3 reviews come newest first, by state, no more than may wait, and decided ones make room")
    func reviews() async throws {
      try await Self.with { store, other, client in
        for number in 1...3 { #expect(try await store.addReview(Self.item(number), unlessPending: 3)) }
        #expect(try await other.addReview(Self.item(4), unlessPending: 3) == false)
        #expect(try await other.reviews(.pending, limit: 2) == [Self.item(3), Self.item(2)])
        var second = Self.item(2, .approved)
        second.outcome = "the dependency answered 200"
        try await other.saveReview(second, recording: Self.record("id2"))
        #expect(try await store.review("id2") == second)
        #expect(try await store.review("id9") == nil)
        #expect(try await store.reviews(.pending, limit: 10).map(\.id) == ["id3", "id1"])
        #expect(try await store.reviews(.approved, limit: 10).map(\.id) == ["id2"])
        #expect(try await store.reviews(nil, limit: 10).map(\.id) == ["id3", "id2", "id1"])
        #expect(try await store.addReview(Self.item(5), unlessPending: 3))
        #expect(try await store.recentAudit(limit: 10).count == 1)
        // Decided ones are kept for looking up, the newest so many.
        for number in 6...(6 + ReviewItem.keptDecided) {
          #expect(try await store.addReview(Self.item(number, .discarded), unlessPending: 10))
        }
        let all = try await store.reviews(nil, limit: 5_000)
        #expect(all.count { $0.state.isFinal } == ReviewItem.keptDecided && all.count { !$0.state.isFinal } == 3)
        #expect(try await store.review("id2") == nil, "the oldest decided one is gone")
      }
    }

    @Test("R10.3 R10.4 runs and processes are an instance's own, the stop is everybody's, each with its audit line")
    func healing() async throws {
      try await Self.with { store, other, _ in
        try await store.saveRun(Self.run("a"), recording: Self.record("w"))
        try await store.saveRun(Self.run("b"), recording: nil)
        try await store.saveRun(Self.run("a", isEnded: true), recording: nil)
        #expect(try await store.loadRuns(limit: 10) == [Self.run("b"), Self.run("a", isEnded: true)])
        #expect(try await store.loadRun(id: "b") == Self.run("b"))
        #expect(try await store.loadRun(id: "c") == nil)
        #expect(try await store.loadRuns(limit: 0).isEmpty)
        #expect(try await other.loadRuns(limit: 10).isEmpty, "nobody ends what another instance does")
        let stop = HealingStop(actor: "ada", reason: "enough", since: 5)
        try await store.saveStop(stop, recording: Self.record("healing"))
        #expect(try await other.loadStop() == stop)
        try await other.saveStop(nil, recording: Self.record("healing"))
        #expect(try await store.loadStop() == nil)
        #expect(try await store.recentAudit(limit: 10).count == 3)
        let process = SupervisedProcessRecord(name: "w", pid: 12, startTicks: 34, boot: "x")
        try await store.saveProcess(process)
        #expect(try await store.loadProcesses() == [process])
        #expect(try await other.loadProcesses().isEmpty)
        try await store.removeProcess(named: "w")
        #expect(try await store.loadProcesses().isEmpty)
        #expect(try await store.supervisionMark(proposal: "a") == "a")
        #expect(try await store.supervisionMark(proposal: "b") == "a")
      }
    }

    @Test("R10.3 only the newest ended runs are kept, one that has not ended never goes")
    func bounds() async throws {
      try await Self.with { store, _, _ in
        try await store.saveRun(Self.run("open"), recording: nil)
        for number in 0..<(RedisControlStore.mostRuns + 5) {
          try await store.saveRun(Self.run("\(number)", isEnded: true), recording: nil)
        }
        let runs = try await store.loadRuns(limit: 5_000)
        #expect(runs.count == RedisControlStore.mostRuns + 1 && runs.last?.id == "open")
        #expect(runs.first?.id == "\(RedisControlStore.mostRuns + 4)")
      }
    }
  }
}
