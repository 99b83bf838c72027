/// How many calls a dependency may have at once, and how many may wait.
public struct BulkheadConfiguration: Sendable, Equatable {
  /// Whether calls are bounded; off until the section is given.
  public var isEnabled = false
  /// Calls at once.
  public var maxConcurrent = 20
  /// Calls that may wait for a place.
  public var maxQueue = 100
  /// How long a call may wait for a place.
  public var maxWait = Duration.seconds(60)

  /// All defaults.
  public init() {}
}

extension BulkheadConfiguration: SwitchableSection {
  static let settings: [Setting<BulkheadConfiguration>] = [
    .value("enabled", \.isEnabled, .flag, "Whether calls are bounded; true as soon as the section holds another key."),
    .value("maxConcurrent", \.maxConcurrent, .integer(1...1_000_000), "Calls at once."),
    .value("maxQueue", \.maxQueue, .integer(0...1_000_000), "Calls that may wait for a place."),
    .value("maxWait", \.maxWait, .duration(.zero...(.seconds(86_400))), "How long a call may wait for a place."),
  ]
}
