/// Another limit of a dependency's bulkhead.
public struct HealingLimitConfiguration: Sendable, Equatable {
  /// The dependency.
  public var dependency = ""
  /// How many of its calls may run at once.
  public var maxConcurrent = 1

  /// All defaults.
  public init() {}
}

extension HealingLimitConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingLimitConfiguration>] = [
    .value("dependency", \.dependency, .name, "The dependency; it needs a bulkhead.", required: true),
    .value(
      "maxConcurrent", \.maxConcurrent, .integer(1...100_000), "How many of its calls may run at once.",
      required: true),
  ]
}
