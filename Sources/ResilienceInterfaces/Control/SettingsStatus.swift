/// Settings of the running configuration, and what operators have decided about any.
public struct SettingsStatus: Codable, Sendable, Equatable {
  /// The settings that were asked for, in the order of the reference.
  public let settings: [SettingStatus]
  /// Every decision of operators, sorted by key, also of those that have no effect at present.
  public let decisions: [SettingDecision]
  /// Why decisions are not in force, one line for each problem; empty where all are.
  public let problems: [String]

  /// Describes settings.
  public init(settings: [SettingStatus], decisions: [SettingDecision] = [], problems: [String] = []) {
    self.settings = settings
    self.decisions = decisions
    self.problems = problems
  }
}
