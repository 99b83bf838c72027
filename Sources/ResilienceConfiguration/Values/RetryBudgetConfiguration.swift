/// How many attempts beyond the first all callers of a dependency may add to its traffic.
public struct RetryBudgetConfiguration: Sendable, Equatable {
  /// Whether extra attempts are bounded; off until the section is given.
  public var isEnabled = false
  /// Extra attempts for each call.
  public var ratio = 0.2
  /// Extra attempts each second that need no calls.
  public var minimumPerSecond = 10.0
  /// The most extra attempts that can be saved up.
  public var capacity = 100
  /// How long what a call has added can be spent.
  public var depositLifetime = Duration.seconds(10)

  /// All defaults.
  public init() {}
}

extension RetryBudgetConfiguration: SwitchableSection {
  static let settings: [Setting<RetryBudgetConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag,
      "Whether extra attempts are bounded; true as soon as the section holds another key.",
      documents: [.init("RETRY_BUDGET_ENABLED")]),
    .value("ratio", \.ratio, .number(0...10), "Extra attempts (retries and hedges) for each call."),
    .value(
      "minimumPerSecond", \.minimumPerSecond, .number(0...100_000),
      "Extra attempts each second that need no calls."),
    .value(
      "capacity", \.capacity, .integer(1...1_000_000), "The most extra attempts that can be saved up.",
      documents: [.init("RETRY_BUDGET_LIMIT")]),
    .value(
      "depositLifetime", \.depositLifetime, .duration(.milliseconds(10)...(.seconds(600))),
      "How long what a call has added can be spent."),
  ]
}
