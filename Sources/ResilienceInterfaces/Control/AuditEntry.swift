/// One line of the audit: what was done, by whom, when and why.
public struct AuditEntry: Codable, Sendable, Hashable, Identifiable {
  /// The number that the store gave it; later entries have greater numbers.
  public let id: Int64
  /// When, in Unix milliseconds.
  public let at: Int64
  /// Who: the operator's name, or `system`.
  public let actor: String
  /// What was done, such as `breaker.override`.
  public let action: String
  /// What it was done to.
  public let subject: String
  /// Why, in the operator's words.
  public let reason: String
  /// The value before, as text.
  public let before: String
  /// The value after, as text.
  public let after: String

  /// Numbers a record.
  public init(id: Int64, record: AuditRecord) {
    self.id = id
    self.at = record.at
    self.actor = record.actor
    self.action = record.action
    self.subject = record.subject
    self.reason = record.reason
    self.before = record.before
    self.after = record.after
  }
}
