public import ResilienceDegradation
internal import ResilienceInterfaces

/// One alternative that calls for a mode, as it stands in a file.
public struct ModeRuleConfiguration: Sendable, Equatable {
  /// From which condition on a dependency counts.
  public enum Condition: String, Sendable, CaseIterable {
    /// It does not work, or nothing has proved yet that it works again.
    case unavailable
    /// It works in part, or not at all.
    case degraded
  }

  /// The names of the dependencies that count; empty for all.
  public var dependencies: [String] = []
  /// The criticality of the dependencies that count; nil for all.
  public var criticality: PolicyConfiguration.Criticality?
  /// From which condition on a dependency counts.
  public var condition = Condition.unavailable
  /// How many of them; nil for one.
  public var count: Int?
  /// Which share of them.
  public var share: Double?
  /// Below which health score.
  public var scoreBelow: Int?

  /// A rule that one unavailable dependency satisfies.
  public init() {}

  /// The rule as the machine has it.
  public var rule: ModeRule {
    var rule = ModeRule()
    rule.dependencies = self.dependencies
    rule.criticality = self.criticality.flatMap { .init(rawValue: $0.rawValue) }
    rule.condition = self.condition == .degraded ? .degraded : .unavailable
    rule.count = self.count
    rule.share = self.share
    rule.scoreBelow = self.scoreBelow
    return rule
  }
}

extension ModeRuleConfiguration: ConfigurationSection {
  static let settings: [Setting<ModeRuleConfiguration>] = [
    .value(
      "dependencies", \.dependencies, .list(of: .name, "list of names"),
      "The dependencies that count; empty for all."),
    .optional(
      "criticality", \.criticality, .choice(), absent: "all", "The criticality of the dependencies that count."),
    .value(
      "condition", \.condition, .choice(),
      "From which condition on a dependency counts; `degraded` counts unavailable ones too."),
    .optional("count", \.count, .integer(1...1_000), absent: "one", "How many of them."),
    .optional("share", \.share, .rate, absent: "any", "Which share of them."),
    .optional(
      "scoreBelow", \.scoreBelow, .integer(1...100), absent: "any",
      "The health score must be below; alone in a rule it is the whole condition."),
  ]
}
