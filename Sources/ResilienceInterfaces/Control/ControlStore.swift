/// Keeps operators' decisions and the audit, so that a restart does not forget them.
///
/// A write that has returned is durable. A decision and its audit line are written together or not at all.
public protocol ControlStore: DecisionStore {
  /// Saves an override, replacing the breaker's earlier one, together with its audit line.
  @discardableResult
  func saveOverride(
    _ override: BreakerOverride, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry

  /// Removes a breaker's override, if it has one, together with its audit line.
  @discardableResult
  func removeOverride(
    ofBreaker breaker: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry

  /// Every saved override, sorted by breaker; expired ones too, so that the caller can say that they ended.
  func loadOverrides() async throws(ControlStoreFailure) -> [BreakerOverride]

  /// Writes an audit line of its own.
  @discardableResult
  func appendAudit(_ record: AuditRecord) async throws(ControlStoreFailure) -> AuditEntry

  /// The newest audit lines, newest first; a limit below 1 gives none.
  func recentAudit(limit: Int) async throws(ControlStoreFailure) -> [AuditEntry]
}
