/// Keeps the settings that operators have changed, so that a restart does not forget them.
///
/// A protocol of its own, beside `ControlStore`: a storage that keeps breakers' overrides need not keep settings.
public protocol SettingStore: Sendable {
  /// Saves decisions, removes others, and writes their audit lines; all of it or nothing.
  ///
  /// A write that has returned is durable.
  /// - Parameters:
  ///   - decisions: What holds from now on, replacing earlier decisions about the same keys.
  ///   - keys: Whose decisions end; those that have none are no failure.
  ///   - records: The audit lines.
  func saveSettings(
    _ decisions: [SettingDecision], removing keys: [String], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure)

  /// Every saved decision, sorted by key.
  func loadSettings() async throws(ControlStoreFailure) -> [SettingDecision]
}
