/// What a person has decided about the degradation mode, until it is withdrawn or expires.
public struct ModeDecision: Codable, Sendable, Hashable {
  /// The mode's name.
  public let mode: String
  /// Why, in the operator's words; 1…500 characters.
  public let reason: String
  /// Who decided: the operator's name, from the credential.
  public let actor: String
  /// When it was decided, in Unix milliseconds.
  public let since: Int64
  /// When it ends by itself, in Unix milliseconds; nil = only when somebody withdraws it.
  public let expires: Int64?

  /// Describes a decision; times are Unix milliseconds.
  public init(mode: String, reason: String, actor: String, since: Int64, expires: Int64? = nil) {
    self.mode = mode
    self.reason = reason
    self.actor = actor
    self.since = since
    self.expires = expires
  }

  /// Whether the decision has ended at an instant (Unix milliseconds).
  public func isExpired(at now: Int64) -> Bool { self.expires.map { now >= $0 } ?? false }
}
