internal import Resilience

extension InMemoryControlStore: SettingStore {
  /// Saves decisions, removes others, and writes their audit lines.
  public func saveSettings(
    _ decisions: [SettingDecision], removing keys: [String], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    self.contents.withLock { contents in
      for key in keys { contents.settings[key] = nil }
      for decision in decisions { contents.settings[decision.key] = decision }
      for record in records { _ = contents.append(record, keeping: self.auditLimit) }
    }
  }

  /// Every saved decision, sorted by key.
  public func loadSettings() async throws(ControlStoreFailure) -> [SettingDecision] {
    self.contents.withLock { $0.settings.values.sorted { $0.key < $1.key } }
  }
}
