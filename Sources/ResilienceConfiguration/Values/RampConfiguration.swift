/// How the share of admitted calls grows after a breaker's probes have succeeded.
public struct RampConfiguration: Sendable, Equatable {
  /// Over how long it grows from a tenth to all.
  public var over = Duration.seconds(30)

  /// All defaults.
  public init() {}
}

extension RampConfiguration: ConfigurationSection {
  static let settings: [Setting<RampConfiguration>] = [
    .value("over", \.over, .wait, "Over how long the share of admitted calls grows from a tenth to all.")
  ]
}
