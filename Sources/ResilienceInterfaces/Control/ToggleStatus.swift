/// A toggle as it is now.
public struct ToggleStatus: Codable, Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it switches, for people.
  public let summary: String
  /// Whether it is on for anybody now.
  public let isAvailable: Bool
  /// What switches it off; nil while it is available.
  public let cause: String?
  /// Whether it is on at all, by configuration or decision.
  public let isEnabled: Bool
  /// For which share of keys it is on, 0…100.
  public let percentage: Double
  /// The tiers that it is for; empty for all.
  public let tiers: [String]
  /// Dependencies that it needs.
  public let dependencies: [String]
  /// Modes in which it is off, in their order.
  public let offIn: [String]
  /// What a person has decided; nil for nothing.
  public let override: ToggleOverride?
  /// How often it has said yes since the program started.
  public let on: UInt64
  /// How often it has said no since the program started.
  public let off: UInt64

  /// Describes a toggle.
  public init(
    name: String, summary: String, isAvailable: Bool, cause: String?, isEnabled: Bool, percentage: Double,
    tiers: [String], dependencies: [String], offIn: [String], override: ToggleOverride?, on: UInt64, off: UInt64
  ) {
    self.name = name
    self.summary = summary
    self.isAvailable = isAvailable
    self.cause = cause
    self.isEnabled = isEnabled
    self.percentage = percentage
    self.tiers = tiers
    self.dependencies = dependencies
    self.offIn = offIn
    self.override = override
    self.on = on
    self.off = off
  }
}
