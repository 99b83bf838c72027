public import ResilienceInterfaces

extension RedisControlStore {
  private var own: String { "healing:\(self.instance):" }

  /// Saves a run and its audit line in one step.
  public func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {
    let words: [RedisArgument] = [
      .text(self.own), .text(run.id), .text(Self.text(run)), .integer(run.isEnded ? 1 : 0),
      .integer(Int64(Self.mostRuns)),
    ]
    _ = try await self.run(ControlScripts.saveRun, self.audits(record.map { [$0] } ?? []) + words)
  }

  /// The newest runs of this instance, newest first.
  public func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] {
    guard limit > 0 else { return [] }
    let words: [RedisArgument] = [.text(self.own), .integer(Int64(limit))]
    return try self.read(try await self.run(ControlScripts.runs, words), as: HealingRun.self)
  }
}
