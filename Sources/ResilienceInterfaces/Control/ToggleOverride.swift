/// What a person has decided about a toggle, until it is removed or expires; what is nil stays as configured.
public struct ToggleOverride: Codable, Sendable, Hashable {
  /// The toggle's name.
  public let toggle: String
  /// Whether it is on at all.
  public let isEnabled: Bool?
  /// For which share of keys it is on, 0…100.
  public let percentage: Double?
  /// The tiers that it is for.
  public let tiers: [String]?
  /// Why, in the operator's words; 1…500 characters.
  public let reason: String
  /// Who decided: the operator's name, from the credential.
  public let actor: String
  /// When it was decided, in Unix milliseconds.
  public let since: Int64
  /// When it ends by itself, in Unix milliseconds; nil = only when somebody removes it.
  public let expires: Int64?

  /// Describes a decision; times are Unix milliseconds.
  public init(
    toggle: String, isEnabled: Bool?, percentage: Double? = nil, tiers: [String]? = nil, reason: String, actor: String,
    since: Int64, expires: Int64? = nil
  ) {
    self.toggle = toggle
    self.isEnabled = isEnabled
    self.percentage = percentage
    self.tiers = tiers
    self.reason = reason
    self.actor = actor
    self.since = since
    self.expires = expires
  }

  /// Whether the decision has ended at an instant (Unix milliseconds).
  public func isExpired(at now: Int64) -> Bool { self.expires.map { now >= $0 } ?? false }

  /// What is decided, in words: `off`, `on for 10 %`.
  public var summary: String {
    var parts: [String] = []
    if let isEnabled { parts.append(isEnabled ? "on" : "off") }
    if let percentage { parts.append("for \(percentage) %") }
    if let tiers { parts.append(tiers.isEmpty ? "for all tiers" : "for \(tiers.joined(separator: ", "))") }
    return parts.joined(separator: " ")
  }
}
