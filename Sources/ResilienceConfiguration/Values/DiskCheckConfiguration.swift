/// How the room on a file system is checked.
public struct DiskCheckConfiguration: Sendable, Equatable {
  /// A file or folder on it.
  public var path = "."
  /// Degraded when less than this part is free.
  public var warnBelow = 0.1
  /// Unhealthy when less than this part is free.
  public var failBelow = 0.02
  /// How often it is checked.
  public var schedule = CheckScheduleConfiguration()

  /// All defaults.
  public init() {}
}

extension DiskCheckConfiguration: ConfigurationSection {
  static let settings: [Setting<DiskCheckConfiguration>] =
    [
      .value("path", \.path, .checkPath, "A file or folder on the file system."),
      .value("warnBelow", \.warnBelow, .rate, "Free share below which it is degraded."),
      .value("failBelow", \.failBelow, .rate, "Free share below which it is unhealthy."),
    ] + CheckScheduleConfiguration.settings.map { $0.lifted(\.schedule) }
}
