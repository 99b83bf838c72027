/// How many fallbacks of a dependency may be at work at once: in an outage all of its calls come to them together.
public struct FallbackBulkheadConfiguration: Sendable, Equatable {
  /// Fallbacks at once.
  public var maxConcurrent = 256
  /// Fallbacks that may wait for a place.
  public var maxQueue = 0
  /// How long one may wait.
  public var maxWait = Duration.seconds(1)

  /// All defaults.
  public init() {}
}

extension FallbackBulkheadConfiguration: ConfigurationSection {
  static let settings: [Setting<FallbackBulkheadConfiguration>] = [
    .value(
      "maxConcurrent", \.maxConcurrent, .integer(1...1_000_000),
      "Fallbacks at once; further calls get the failure itself."),
    .value("maxQueue", \.maxQueue, .integer(0...1_000_000), "Fallbacks that may wait for a place."),
    .value("maxWait", \.maxWait, .wait, "How long one may wait."),
  ]
}
