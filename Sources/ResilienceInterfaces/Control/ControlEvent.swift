/// Something that an operator may want to see as it happens.
public struct ControlEvent: Codable, Sendable, Hashable, Identifiable {
  /// How much attention it asks for.
  public enum Severity: String, Codable, Sendable, CaseIterable {
    /// Good to know.
    case info
    /// Look when you have time.
    case warning
    /// Look now.
    case critical
  }

  /// Rises by one with every event of this process.
  public let id: UInt64
  /// When, in Unix milliseconds.
  public let at: Int64
  /// What happened, in the past tense: `breaker.opened`, `breaker.overridden`, `configuration.reloaded`.
  public let kind: String
  /// What it happened to: a breaker's, dependency's or example's name.
  public let subject: String
  /// The sentence that the console shows.
  public let message: String
  /// How much attention it asks for.
  public let severity: Severity
  /// Who did it, where somebody did.
  public let actor: String?

  /// Describes an event; the time is in Unix milliseconds.
  public init(
    id: UInt64, at: Int64, kind: String, subject: String, message: String, severity: Severity = .info,
    actor: String? = nil
  ) {
    self.id = id
    self.at = at
    self.kind = kind
    self.subject = subject
    self.message = message
    self.severity = severity
    self.actor = actor
  }
}
