import ResilienceInterfaces
import ResilienceSQLite
import Testing

@Suite("Every store of healing")
struct HealingStoreConformanceTests {
  private static func with(
    _ kind: ControlStoreKind, _ body: (any ControlStore & HealingStore) async throws -> Void
  )
    async throws
  {
    try await kind.withStore { store in
      let both = try #require(store as? any ControlStore & HealingStore)
      try await body(both)
    }
  }

  private static func run(_ id: String, isEnded: Bool = false) -> HealingRun {
    var run = HealingRun(
      id: id, workflow: "w", trigger: "it's \"broken\" — 日本", actor: "system", isDryRun: false, detectedAt: 1,
      startedAt: 2)
    let step = HealingStep(
      kind: .act, name: "a", action: 0, attempt: 1, state: .done, at: 3, endedAt: 4, output: "ok",
      undo: HealingUndo(kind: "limit", subject: "api", value: "20"))
    _ = run.append(step)
    if isEnded {
      run.phase = .ended
      run.result = .healed
    }
    return run
  }

  @Test("R10.3 a run is replaced under its id, and newest come first", arguments: ControlStoreKind.allCases)
  func runs(kind: ControlStoreKind) async throws {
    try await Self.with(kind) { store in
      try await store.saveRun(Self.run("a"), recording: .sample("w"))
      try await store.saveRun(Self.run("b"), recording: nil)
      try await store.saveRun(Self.run("a", isEnded: true), recording: nil)
      let runs = try await store.loadRuns(limit: 10)
      #expect(runs == [Self.run("b"), Self.run("a", isEnded: true)])
      #expect(try await store.loadRun(id: "b") == Self.run("b"))
      #expect(try await store.loadRun(id: "c") == nil)
      #expect(try await store.loadRuns(limit: 0).isEmpty)
      #expect(try await store.recentAudit(limit: 10).count == 1)
    }
  }

  @Test("R10.4 the global stop is kept and removed, each with its audit line", arguments: ControlStoreKind.allCases)
  func stop(kind: ControlStoreKind) async throws {
    try await Self.with(kind) { store in
      #expect(try await store.loadStop() == nil)
      let stop = HealingStop(actor: "ada", reason: "enough", since: 5)
      try await store.saveStop(stop, recording: .sample("healing"))
      #expect(try await store.loadStop() == stop)
      try await store.saveStop(nil, recording: .sample("healing"))
      #expect(try await store.loadStop() == nil)
      #expect(try await store.recentAudit(limit: 10).count == 2)
    }
  }

  @Test("R10.5 processes are kept by name, and the mark stays what it was first", arguments: ControlStoreKind.allCases)
  func processes(kind: ControlStoreKind) async throws {
    try await Self.with(kind) { store in
      let first = SupervisedProcessRecord(name: "w", pid: 12, startTicks: 34, boot: "x")
      let second = SupervisedProcessRecord(name: "w", pid: 56, startTicks: 78, boot: "x")
      try await store.saveProcess(first)
      try await store.saveProcess(second)
      #expect(try await store.loadProcesses() == [second])
      try await store.removeProcess(named: "w")
      #expect(try await store.loadProcesses().isEmpty)
      #expect(try await store.supervisionMark(proposal: "a") == "a")
      #expect(try await store.supervisionMark(proposal: "b") == "a")
    }
  }
}
