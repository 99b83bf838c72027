/// A setting that an operator has changed while the program ran; kept across restarts.
public struct SettingDecision: Codable, Sendable, Hashable {
  /// The full key path: `dependencies.openai.timeout`.
  public let key: String
  /// The value as it would be given by key: `5s`.
  public let text: String
  /// Why, in the operator's words.
  public let reason: String
  /// The operator's name.
  public let actor: String
  /// Since when, in Unix milliseconds.
  public let since: Int64

  /// Describes a decision; the time is in Unix milliseconds.
  public init(key: String, text: String, reason: String, actor: String, since: Int64) {
    self.key = key
    self.text = text
    self.reason = reason
    self.actor = actor
    self.since = since
  }
}
