/// How often something is checked, and how many results in a row change an opinion.
public struct CheckScheduleConfiguration: Sendable, Hashable {
  /// From the beginning of one check to that of the next.
  public var interval = Duration.seconds(30)
  /// How long one check may take.
  public var timeout = Duration.seconds(10)
  /// By which part the interval varies.
  public var jitter = 0.1
  /// How many better results in a row it takes to believe in recovery.
  public var rise = 2
  /// How many worse results in a row it takes to believe in a failure.
  public var fall = 3

  /// All defaults.
  public init() {}
}

extension CheckScheduleConfiguration: ConfigurationSection {
  static let settings: [Setting<CheckScheduleConfiguration>] = [
    .value(
      "interval", \.interval, .duration(.milliseconds(100)...(.seconds(86_400))),
      "From the beginning of one check to that of the next.",
      documents: [.init("HEALTH_CHECK_INTERVAL_SECONDS", .seconds)]),
    .value(
      "timeout", \.timeout, .duration(.milliseconds(10)...(.seconds(3_600))),
      "How long one check may take; then it counts as failed.",
      documents: [.init("HEALTH_CHECK_TIMEOUT_SECONDS", .seconds)]),
    .value(
      "jitter", \.jitter, .number(0...0.5), "By which part the interval varies, so that instances do not march in step."
    ),
    .value("rise", \.rise, .integer(1...20), "How many better results in a row it takes to believe in recovery."),
    .value("fall", \.fall, .integer(1...20), "How many worse results in a row it takes to believe in a failure."),
  ]
}
