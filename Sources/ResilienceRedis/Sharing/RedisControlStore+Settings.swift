public import ResilienceInterfaces

extension RedisControlStore: SettingStore {
  /// Saves decisions, removes others, and writes their audit lines, in one step; other instances follow within seconds.
  public func saveSettings(
    _ decisions: [SettingDecision], removing keys: [String], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    let removals = keys.map { Change(hash: "settings", field: $0, value: nil) }
    let additions = decisions.map { Change(hash: "settings", field: $0.key, value: Self.text($0)) }
    try await self.change(removals + additions, recording: records)
  }

  /// Every saved decision, sorted by key.
  public func loadSettings() async throws(ControlStoreFailure) -> [SettingDecision] {
    let answer = try await self.run(ControlScripts.values, ["settings"])
    return try self.read(answer, as: SettingDecision.self).sorted { $0.key < $1.key }
  }
}
