/// A feature that a workflow switches.
public struct HealingToggleConfiguration: Sendable, Equatable {
  /// The toggle.
  public var name = ""
  /// Whether it is switched on; otherwise off.
  public var isOn = false

  /// All defaults.
  public init() {}
}

extension HealingToggleConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingToggleConfiguration>] = [
    .value("name", \.name, .name, "The toggle.", required: true),
    .value("enabled", \.isOn, .flag, "Whether it is switched on; otherwise off."),
  ]
}
