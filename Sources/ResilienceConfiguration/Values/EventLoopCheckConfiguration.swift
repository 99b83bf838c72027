/// How the lag of the program's event loops is checked.
public struct EventLoopCheckConfiguration: Sendable, Equatable {
  /// Degraded from this lag on.
  public var warnFrom = Duration.milliseconds(50)
  /// Unhealthy from this lag on.
  public var failFrom = Duration.seconds(1)
  /// Whether the process counts as dead while it is unhealthy.
  public var gatesLiveness = false
  /// How often it is checked.
  public var schedule = CheckScheduleConfiguration()

  /// All defaults.
  public init() {}
}

extension EventLoopCheckConfiguration: ConfigurationSection {
  static let settings: [Setting<EventLoopCheckConfiguration>] =
    [
      .value("warnFrom", \.warnFrom, .wait, "Lag from which on it is degraded."),
      .value("failFrom", \.failFrom, .wait, "Lag from which on it is unhealthy."),
      .value(
        "gatesLiveness", \.gatesLiveness, .flag,
        "Whether `/health/live` says no while it is unhealthy, so that the process is restarted."),
    ] + CheckScheduleConfiguration.settings.map { $0.lifted(\.schedule) }
}
