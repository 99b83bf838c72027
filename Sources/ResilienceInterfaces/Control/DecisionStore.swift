/// Keeps what people have decided, of any kind, so that a restart does not forget it.
///
/// A write that has returned is durable. A decision and its audit line are written together or not at all.
public protocol DecisionStore: Sendable {
  /// Saves a decision, replacing an earlier one of the same kind and name, together with its audit line.
  @discardableResult
  func saveDecision(
    _ decision: ControlDecision, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry

  /// Removes a decision, if there is one, together with its audit line.
  @discardableResult
  func removeDecision(
    _ kind: String, of name: String, recording record: AuditRecord
  ) async throws(ControlStoreFailure) -> AuditEntry

  /// Every decision of a kind, sorted by name; expired ones too.
  func loadDecisions(_ kind: String) async throws(ControlStoreFailure) -> [ControlDecision]
}
