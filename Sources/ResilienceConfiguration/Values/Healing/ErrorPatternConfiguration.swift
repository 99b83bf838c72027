/// A rate of failures of one dependency.
public struct ErrorPatternConfiguration: Sendable, Equatable {
  /// The kinds of failure that say something about a dependency.
  public typealias Category = RetryRuleConfiguration.Category

  /// The dependency whose calls fail.
  public var dependency = ""
  /// Only failures answered with this code.
  public var code: String?
  /// Only failures of this kind.
  public var category: Category?
  /// How many failures.
  public var count = 10
  /// Within which length of time.
  public var within = Duration.seconds(60)

  /// All defaults.
  public init() {}
}

extension ErrorPatternConfiguration: ConfigurationSection {
  static let settings: [Setting<ErrorPatternConfiguration>] = [
    .value("dependency", \.dependency, .name, "The dependency whose calls fail.", required: true),
    .optional(
      "code", \.code, .text(40), absent: "all", "Only failures answered with this code, such as `ORC_006`."),
    .optional("category", \.category, .choice(), absent: "all", "Only failures of this kind."),
    .value("count", \.count, .integer(1...10_000), "How many failures."),
    .value(
      "within", \.within, .duration(.seconds(1)...(.seconds(86_400))),
      "Within which length of time; the window slides."),
  ]
}
