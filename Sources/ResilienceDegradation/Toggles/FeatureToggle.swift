/// One feature that can be switched: by hand, for a share of users, for classes of users, and by what it needs.
public struct FeatureToggle: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// What it switches, for people.
  public var summary: String
  /// Whether it is on at all; default true.
  public var isEnabled: Bool
  /// For which share of keys it is on, 0…100; default 100.
  ///
  /// Sticky: a key that has it keeps it when the share grows.
  public var percentage: Double
  /// The tiers that it is for; empty for all.
  public var tiers: [String]
  /// Dependencies that it needs: it is off while one of them is away.
  public var dependencies: [String]
  /// Modes in which it is off.
  public var offIn: Set<DegradationMode>

  /// Describes a toggle.
  public init(
    _ name: String, summary: String = "", isEnabled: Bool = true, percentage: Double = 100, tiers: [String] = [],
    dependencies: [String] = [], offIn: Set<DegradationMode> = []
  ) {
    self.name = name
    self.summary = summary
    self.isEnabled = isEnabled
    self.percentage = percentage
    self.tiers = tiers
    self.dependencies = dependencies
    self.offIn = offIn
  }
}
