/// What one write did, before a store has given it a number.
public struct AuditRecord: Codable, Sendable, Hashable {
  /// When, in Unix milliseconds.
  public let at: Int64
  /// Who: the operator's name, or `system` for what the program did by itself.
  public let actor: String
  /// What was done, such as `breaker.override`, `breaker.reset`, `degradation.reset`, `faults.set`.
  public let action: String
  /// What it was done to, such as a breaker's name.
  public let subject: String
  /// Why, in the operator's words.
  public let reason: String
  /// The value before, as text.
  public let before: String
  /// The value after, as text.
  public let after: String

  /// Describes a write; the time is in Unix milliseconds.
  public init(
    at: Int64, actor: String, action: String, subject: String, reason: String, before: String, after: String
  ) {
    self.at = at
    self.actor = actor
    self.action = action
    self.subject = subject
    self.reason = reason
    self.before = before
    self.after = after
  }
}
