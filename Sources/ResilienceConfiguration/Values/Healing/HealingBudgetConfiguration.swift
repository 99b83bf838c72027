/// How many actions may be carried out within a length of time.
public struct HealingBudgetConfiguration: Sendable, Equatable {
  /// How many actions.
  public var actions = 20
  /// Within which length of time, sliding.
  public var per = Duration.seconds(3_600)

  /// All defaults.
  public init() {}
}

extension HealingBudgetConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingBudgetConfiguration>] = [
    .value("actions", \.actions, .integer(1...10_000), "How many actions."),
    .value(
      "per", \.per, .duration(.seconds(1)...(.seconds(604_800))), "Within which length of time; the window slides."),
  ]
}
