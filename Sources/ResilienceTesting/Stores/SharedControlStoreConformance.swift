internal import ResilienceInterfaces

/// The promises of settings, reviews and healing where several instances share a storage.
public enum SharedControlStoreConformance {
  /// One promise.
  public typealias Check = StoreCheck<ControlStoreInstances>

  /// All promises; run each on a storage of its own.
  public static let checks: [Check] = [
    Check("settings are replaced, removed and audited in one step, and are those of every instance", Self.settings),
    Check("reviews come newest first, by state, and no more than may wait, of whatever instance", Self.reviews),
    Check("of decided reviews the newest so many are kept", Self.decided),
    Check("runs and processes are an instance's own, the stop is everybody's, with its audit line", Self.healing),
    Check("of ended runs the newest so many are kept, one that has not ended never goes", Self.bounds),
    Check("all of it survives a crash", Self.survives),
  ]

  private static func record(_ subject: String) -> AuditRecord {
    AuditRecord(
      at: 1, actor: "ada", action: "test", subject: subject, reason: "it's \"so\" — 日本", before: "", after: "x")
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

  private static func decision(_ key: String, _ text: String) -> SettingDecision {
    SettingDecision(key: key, text: text, reason: "an outage", actor: "otto", since: 1_000)
  }

  private static func settings(_ world: StoreWorld<ControlStoreInstances>) async throws {
    let (first, second) = (world.store.first, world.store.second)
    let both = [Self.decision("a.b", "5s"), Self.decision("c.d", "[{\"x\": \"ü\"}]")]
    try await first.saveSettings(both.reversed(), removing: [], recording: [Self.record("1"), Self.record("2")])
    try await expectEqual(second.loadSettings(), both, "what the other instance has")
    let changed = Self.decision("a.b", "6s")
    try await second.saveSettings([changed], removing: ["c.d", "never.there"], recording: [Self.record("3")])
    try await expectEqual(first.loadSettings(), [changed], "what was changed")
    try await expectEqual(first.recentAudit(limit: 10).map(\.subject), ["3", "2", "1"], "the audit")
    try await first.saveSettings([], removing: ["a.b"], recording: [])
    try await expectEqual(first.loadSettings(), [], "what was removed")
    try await expectEqual(first.recentAudit(limit: 10).count, 3, "audit lines")
  }

  private static func reviews(_ world: StoreWorld<ControlStoreInstances>) async throws {
    let (first, second) = (world.store.first, world.store.second)
    for number in 1...3 {
      try await expectEqual(first.addReview(Self.item(number), unlessPending: 3), true, "review \(number)")
    }
    try await expectEqual(second.addReview(Self.item(4), unlessPending: 3), false, "one more than may wait")
    try await expectEqual(second.reviews(.pending, limit: 2), [Self.item(3), Self.item(2)], "what waits")
    try await expectEqual(second.reviews(nil, limit: 0), [], "none asked for")
    var decided = Self.item(2, .approved)
    decided.outcome = "the dependency answered 200"
    let entry = try await second.saveReview(decided, recording: Self.record("id2"))
    try await expectEqual(first.recentAudit(limit: 10), [entry], "the audit")
    try await expectEqual(first.review("id2"), decided, "the decided one")
    try await expectEqual(first.review("id9"), nil, "what was never there")
    try await expectEqual(first.reviews(.pending, limit: 10).map(\.id), ["id3", "id1"], "what waits still")
    try await expectEqual(first.reviews(.approved, limit: 10).map(\.id), ["id2"], "what was approved")
    try await expectEqual(first.reviews(nil, limit: 10).map(\.id), ["id3", "id2", "id1"], "all")
    try await expectEqual(first.addReview(Self.item(5), unlessPending: 3), true, "one in the place of the decided")
  }

  private static func decided(_ world: StoreWorld<ControlStoreInstances>) async throws {
    let store = world.store.first
    for number in 1...2 { _ = try await store.addReview(Self.item(number), unlessPending: 3) }
    for number in 3...(4 + ReviewItem.keptDecided) {
      try await expectEqual(store.addReview(Self.item(number, .discarded), unlessPending: 10), true, "adding")
    }
    let all = try await store.reviews(nil, limit: 5_000)
    try expectEqual(all.count { $0.state.isFinal }, ReviewItem.keptDecided, "decided ones")
    try expectEqual(all.count { !$0.state.isFinal }, 2, "waiting ones")
    try await expectEqual(store.review("id3"), nil, "the oldest decided one")
  }

  private static func healing(_ world: StoreWorld<ControlStoreInstances>) async throws {
    let (first, second) = (world.store.first, world.store.second)
    try await first.saveRun(Self.run("a"), recording: Self.record("w"))
    try await first.saveRun(Self.run("b"), recording: nil)
    try await first.saveRun(Self.run("a", isEnded: true), recording: nil)
    try await expectEqual(first.loadRuns(limit: 10), [Self.run("b"), Self.run("a", isEnded: true)], "runs")
    try await expectEqual(first.loadRun(id: "b"), Self.run("b"), "a run")
    try await expectEqual(first.loadRun(id: "c"), nil, "a run that never was")
    try await expectEqual(first.loadRuns(limit: 0), [], "none asked for")
    try await expectEqual(second.loadRuns(limit: 10), [], "what the other instance does")
    let stop = HealingStop(actor: "ada", reason: "enough", since: 5)
    try await first.saveStop(stop, recording: Self.record("healing"))
    try await expectEqual(second.loadStop(), stop, "the stop")
    try await second.saveStop(nil, recording: Self.record("healing"))
    try await expectEqual(first.loadStop(), nil, "the stop taken back")
    try await expectEqual(first.recentAudit(limit: 10).count, 3, "audit lines")
    let process = SupervisedProcessRecord(name: "w", pid: 12, startTicks: 34, boot: "x")
    try await first.saveProcess(process)
    try await expectEqual(first.loadProcesses(), [process], "processes")
    try await expectEqual(second.loadProcesses(), [], "the other instance's processes")
    try await first.removeProcess(named: "w")
    try await expectEqual(first.loadProcesses(), [], "a removed process")
    try await expectEqual(first.supervisionMark(proposal: "a"), "a", "the mark")
    try await expectEqual(first.supervisionMark(proposal: "b"), "a", "the mark when somebody asks again")
    try await expectEqual(second.supervisionMark(proposal: "b"), "b", "the other instance's mark")
  }

  private static func bounds(_ world: StoreWorld<ControlStoreInstances>) async throws {
    let store = world.store.first
    let most = InMemoryControlStore.mostRuns
    try await store.saveRun(Self.run("open"), recording: nil)
    for number in 0..<(most + 5) { try await store.saveRun(Self.run("\(number)", isEnded: true), recording: nil) }
    let runs = try await store.loadRuns(limit: 5_000)
    try expectEqual(runs.count, most + 1, "runs")
    try expectEqual(runs.last?.id, "open", "the oldest run")
    try expectEqual(runs.first?.id, "\(most + 4)", "the newest run")
  }

  private static func survives(_ world: StoreWorld<ControlStoreInstances>) async throws {
    guard let reopen = world.reopen else { return }
    let store = world.store.first
    let stop = HealingStop(actor: "ada", reason: "enough", since: 5)
    try await store.saveStop(stop, recording: Self.record("stop"))
    try await store.saveRun(Self.run("a"), recording: nil)
    _ = try await store.addReview(Self.item(1), unlessPending: 3)
    try await store.saveSettings([Self.decision("a.b", "5s")], removing: [], recording: [Self.record("a.b")])
    let again = try await reopen()
    try await expectEqual(again.second.loadStop(), stop, "the stop")
    try await expectEqual(again.first.loadRuns(limit: 5), [Self.run("a")], "runs")
    try await expectEqual(again.second.reviews(nil, limit: 5), [Self.item(1)], "reviews")
    try await expectEqual(again.second.loadSettings(), [Self.decision("a.b", "5s")], "settings")
    try await expectEqual(again.first.recentAudit(limit: 5).map(\.subject), ["a.b", "stop"], "the audit")
  }
}
