/// Whether a slow first attempt gets company.
public struct HedgeConfiguration: Sendable, Equatable {
  /// Whether there are hedges; off until the section is given.
  public var isEnabled = false
  /// How long the first attempt may take before another begins.
  public var delay = HedgeDelayConfiguration.percentile(95)
  /// Attempts beside the first.
  public var maxHedges = 1
  /// Below so many known durations there is no percentile, and no hedge.
  public var minimumSamples = 100

  /// All defaults.
  public init() {}
}

extension HedgeConfiguration: SwitchableSection {
  static let settings: [Setting<HedgeConfiguration>] = [
    .value("enabled", \.isEnabled, .flag, "Whether there are hedges; true as soon as the section holds another key."),
    .value(
      "delay", \.delay, .hedgeDelay, "How long the first attempt may take before another begins beside it."),
    .value("maxHedges", \.maxHedges, .integer(1...10), "Attempts beside the first."),
    .value(
      "minimumSamples", \.minimumSamples, .integer(10...1_000_000),
      "Below so many known durations there is no percentile, and so no hedge."),
  ]
}
