/// A class of users: how much of every bulkhead is theirs, and how important they are.
public struct TierConfiguration: Sendable, Equatable {
  /// The name, as `X-Resilience-Tier` has it.
  public var name = ""
  /// The share of every bulkhead's places that nobody else can keep from them.
  public var share = 0.0
  /// Whether others may use the share while this tier does not.
  public var lends = true
  /// Higher is more important; 0 is normal, less than 0 is shed first.
  public var priority = 0

  /// All defaults.
  public init() {}
}

extension TierConfiguration: ConfigurationSection {
  static let settings: [Setting<TierConfiguration>] = [
    .value("name", \.name, .name, "The name, as `X-Resilience-Tier` has it.", required: true),
    .value(
      "share", \.share, .number(0...1), "The share of every bulkhead's places that no other tier can keep from it."),
    .value(
      "lends", \.lends, .flag,
      "Whether others may use the share while this tier does not; false keeps it free, and so never makes it wait."),
    .value(
      "priority", \.priority, .integer(-100...100),
      "Higher is more important; 0 is normal, less than 0 is shed first."),
  ]
}
