/// That an operator or a rule has shut something off: why, who, since when and until when.
public struct Isolation: Sendable, Equatable {
  /// Why; shown to everybody who meets it.
  public let reason: String
  /// Who; `rule` where nobody but a rule decided.
  public let actor: String
  /// When, on the runtime's clock.
  public let since: Instant
  /// When it ends by itself; nil is when somebody, or the rule, lifts it.
  public let expires: Instant?

  /// What stands for the actor where a rule decided.
  public static let rule = "rule"

  /// Makes a note of an isolation.
  public init(reason: String, actor: String, since: Instant, expires: Instant? = nil) {
    self.reason = reason
    self.actor = actor
    self.since = since
    self.expires = expires
  }

  /// Whether a rule decided, and no person.
  public var isByRule: Bool { self.actor == Self.rule }
}
