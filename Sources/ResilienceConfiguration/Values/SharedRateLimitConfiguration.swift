/// Whether a dependency's permits are shared by all instances of the service, and what holds while they cannot be.
public struct SharedRateLimitConfiguration: Sendable, Equatable {
  /// What happens to calls while the storage is away.
  public enum Fallback: String, Sendable, CaseIterable {
    /// Each instance limits by itself, by the same settings.
    case local
    /// All calls begin.
    case open
    /// No call begins.
    case closed
  }

  /// Whether permits are shared; off until the section is given.
  public var isEnabled = false
  /// What happens to calls while the storage is away.
  public var fallback = Fallback.local
  /// How long a call waits for the storage's answer.
  public var timeout = Duration.milliseconds(50)
  /// How long after a failure the storage is left alone.
  public var pause = Duration.seconds(1)

  /// All defaults.
  public init() {}
}

extension SharedRateLimitConfiguration: SwitchableSection {
  static let settings: [Setting<SharedRateLimitConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether permits are shared; true as soon as the section holds another key."),
    .value(
      "fallback", \.fallback, .choice(),
      "While the storage is away: `local` lets each instance limit by itself, `open` lets all calls begin, `closed` none."
    ),
    .value(
      "timeout", \.timeout, .duration(.milliseconds(1)...(.seconds(10))),
      "How long a call waits for the storage's answer."),
    .value(
      "pause", \.pause, .duration(.milliseconds(1)...(.seconds(3_600))),
      "How long after a failure the storage is left alone."),
  ]
}
