/// The global stop of healing: while it holds, no workflow acts.
public struct HealingStop: Codable, Sendable, Hashable {
  /// Who stopped it.
  public let actor: String
  /// Why, in the operator's words.
  public let reason: String
  /// Since when, in Unix milliseconds.
  public let since: Int64

  /// Describes a stop; the time is in Unix milliseconds.
  public init(actor: String, reason: String, since: Int64) {
    self.actor = actor
    self.reason = reason
    self.since = since
  }
}
