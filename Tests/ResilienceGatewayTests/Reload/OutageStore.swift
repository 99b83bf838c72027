import Resilience
import ResilienceInterfaces

/// A store in memory whose overrides cannot be read for so many times.
final class OutageStore: ControlStore, SettingStore {
  static let failure = ControlStoreFailure(
    kind: .other, location: "test", detail: "Nobody answers.", remedy: "Start the server.")

  let inner = InMemoryControlStore()
  private let failures = Shared(0)

  /// Lets so many readings of overrides fail.
  func failReadings(_ count: Int) { self.failures.change { $0 = count } }

  func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride] {
    var isFailing = false
    self.failures.change { left in
      isFailing = left > 0
      left = max(0, left - 1)
    }
    if isFailing { throw Self.failure }
    return try await self.inner.loadOverrides()
  }

  func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.inner.saveOverride(override, recording: record)
  }

  func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.inner.removeOverride(ofBreaker: breaker, recording: record)
  }

  func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.inner.appendAudit(record)
  }

  func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry] {
    try await self.inner.recentAudit(limit: limit)
  }

  func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.inner.saveDecision(decision, recording: record)
  }

  func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry {
    try await self.inner.removeDecision(kind, of: name, recording: record)
  }

  func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision] {
    try await self.inner.loadDecisions(kind)
  }

  func saveSettings(
    _ decisions: [SettingDecision], removing keys: [String], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    try await self.inner.saveSettings(decisions, removing: keys, recording: records)
  }

  func loadSettings() async throws(ControlStoreFailure) -> [SettingDecision] { try await self.inner.loadSettings() }
}
