/// How the machine's memory is checked.
public struct MemoryCheckConfiguration: Sendable, Equatable {
  /// Degraded when less than this part is available.
  public var warnBelow = 0.1
  /// Unhealthy when less than this part is available.
  public var failBelow = 0.03
  /// How often it is checked.
  public var schedule = CheckScheduleConfiguration()

  /// All defaults.
  public init() {}
}

extension MemoryCheckConfiguration: ConfigurationSection {
  static let settings: [Setting<MemoryCheckConfiguration>] =
    [
      .value("warnBelow", \.warnBelow, .rate, "Available share below which it is degraded."),
      .value("failBelow", \.failBelow, .rate, "Available share below which it is unhealthy."),
    ] + CheckScheduleConfiguration.settings.map { $0.lifted(\.schedule) }
}
