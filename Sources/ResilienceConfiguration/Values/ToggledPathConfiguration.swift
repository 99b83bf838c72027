/// Paths of a dependency that are reached only while a toggle is on.
public struct ToggledPathConfiguration: Sendable, Equatable {
  /// What the paths begin with.
  public var prefix = "/"
  /// The toggle's name.
  public var toggle = ""

  /// All defaults.
  public init() {}
}

extension ToggledPathConfiguration: ConfigurationSection {
  static let settings: [Setting<ToggledPathConfiguration>] = [
    .value("prefix", \.prefix, .pathPrefix, "What the paths begin with.", required: true),
    .value("toggle", \.toggle, .name, "The toggle's name.", required: true),
  ]
}
