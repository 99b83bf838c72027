/// Forcing a breaker open for a while.
public struct IsolateBreakerConfiguration: Sendable, Equatable {
  /// The dependency whose breaker it is.
  public var breaker = ""
  /// How long.
  public var duration = Duration.seconds(600)

  /// All defaults.
  public init() {}
}

extension IsolateBreakerConfiguration: ConfigurationSection {
  static let settings: [Setting<IsolateBreakerConfiguration>] = [
    .value("breaker", \.breaker, .name, "The dependency whose breaker it is.", required: true),
    .value("for", \.duration, .duration(.seconds(1)...(.seconds(86_400))), "How long."),
  ]
}
