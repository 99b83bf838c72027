public import ResilienceDegradation

/// One feature toggle.
public struct ToggleConfiguration: Sendable, Equatable {
  /// Its name.
  public var name = ""
  /// What it switches, for people.
  public var summary: String?
  /// Whether it is on at all.
  public var isEnabled = true
  /// For which share of keys, 0…100.
  public var percentage = 100.0
  /// The tiers that it is for; empty for all.
  public var tiers: [String] = []
  /// Dependencies that it needs.
  public var dependencies: [String] = []
  /// Modes in which it is off.
  public var offIn: [DegradationMode] = []
  /// What users are told while it is switched off by what it needs; nil for nothing.
  public var notice: NoticeTextsConfiguration?

  /// All defaults.
  public init() {}

  /// The toggle as the machine has it.
  public var toggle: FeatureToggle {
    FeatureToggle(
      self.name, summary: self.summary ?? "", isEnabled: self.isEnabled, percentage: self.percentage,
      tiers: self.tiers, dependencies: self.dependencies, offIn: Set(self.offIn))
  }
}

extension ToggleConfiguration: ConfigurationSection {
  static let settings: [Setting<ToggleConfiguration>] = [
    .value("name", \.name, .name, "The toggle's name.", required: true),
    .optional("summary", \.summary, .text(), absent: "nothing", "What it switches, for people."),
    .value("enabled", \.isEnabled, .flag, "Whether it is on at all."),
    .value(
      "percentage", \.percentage, .number(0...100),
      "For how many of 100 keys it is on; a key that has it keeps it when the number grows."),
    .value("tiers", \.tiers, .list(of: .name, "list of names"), "Tiers that it is for; empty for all."),
    .value(
      "dependencies", \.dependencies, .list(of: .name, "list of names"),
      "Dependencies that it needs: while one is away it is off."),
    .value("offIn", \.offIn, .list(of: .choice(), "list of modes"), "Degradation modes in which it is off."),
    .optionalSection("notice", \.notice, "What users are told while mode or dependencies switch it off."),
  ]
}
