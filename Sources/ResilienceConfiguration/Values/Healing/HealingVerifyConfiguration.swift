/// How a workflow sees that it has helped; all that is named has to hold.
public struct HealingVerifyConfiguration: Sendable, Equatable {
  /// Dependencies and supervised processes that have to be healthy.
  public var healthy: [String] = []
  /// Dependencies whose breakers have to be closed.
  public var breakersClosed: [String] = []
  /// A program that has to end with 0.
  public var command: CommandConfiguration?
  /// How long it may take; nil for the common one.
  public var timeout: Duration?
  /// How often it is looked.
  public var interval = Duration.seconds(1)
  /// How long it has to stay well.
  public var stableFor = Duration.zero

  /// All defaults.
  public init() {}
}

extension HealingVerifyConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingVerifyConfiguration>] = [
    .value(
      "healthy", \.healthy, .list(of: .name, "list of names"),
      "Dependencies and supervised processes that have to be healthy."),
    .value(
      "breakersClosed", \.breakersClosed, .list(of: .name, "list of names"),
      "Dependencies whose breakers have to be closed."),
    .optionalSection("command", \.command, "A program that has to end with 0."),
    .optional("timeout", \.timeout, .wait, absent: "healing.verificationTimeout", "How long it may take."),
    .value(
      "interval", \.interval, .duration(.milliseconds(10)...(.seconds(3_600))), "How often it is looked."),
    .value("stableFor", \.stableFor, .duration(.zero...(.seconds(86_400))), "How long it has to stay well."),
  ]
}
