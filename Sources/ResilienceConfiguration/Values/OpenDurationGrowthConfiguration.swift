/// How a breaker's open time grows while probes keep failing.
public struct OpenDurationGrowthConfiguration: Sendable, Equatable {
  /// What the open time is multiplied by after each failed probing.
  public var factor = 2.0
  /// The longest open time.
  public var max = Duration.seconds(600)

  /// All defaults.
  public init() {}
}

extension OpenDurationGrowthConfiguration: ConfigurationSection {
  static let settings: [Setting<OpenDurationGrowthConfiguration>] = [
    .value("factor", \.factor, .number(1...100), "What the open time is multiplied by after each failed probing."),
    .value("max", \.max, .wait, "The longest open time."),
  ]
}
