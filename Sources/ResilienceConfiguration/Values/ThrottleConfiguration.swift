/// Whether a dependency that refuses much is called less, by the rule of Google's SRE book.
public struct ThrottleConfiguration: Sendable, Equatable {
  /// Whether calls are thinned out; off until the section is given.
  public var isEnabled = false
  /// Attempts for each accepted one before any is refused.
  public var ratio = 2.0
  /// Over how long attempts and acceptances are counted.
  public var window = Duration.seconds(120)
  /// Below so many attempts in the window nothing is refused.
  public var minimumRequests = 10

  /// All defaults.
  public init() {}
}

extension ThrottleConfiguration: SwitchableSection {
  static let settings: [Setting<ThrottleConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether calls are thinned out; true as soon as the section holds another key."),
    .value("ratio", \.ratio, .number(1.01...1_000), "Attempts for each accepted one before any is refused."),
    .value(
      "window", \.window, .duration(.seconds(1)...(.seconds(3_600))),
      "Over how long attempts and acceptances are counted."),
    .value(
      "minimumRequests", \.minimumRequests, .integer(0...1_000_000),
      "Below so many attempts in the window nothing is refused."),
  ]
}
