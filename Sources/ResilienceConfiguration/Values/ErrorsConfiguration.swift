/// How errors are presented.
public struct ErrorsConfiguration: Sendable, Equatable {
  /// What error codes begin with: `ORC` makes `ORC_005`.
  public var codePrefix = "ORC"

  /// All defaults.
  public init() {}
}

extension ErrorsConfiguration: ConfigurationSection {
  static let settings: [Setting<ErrorsConfiguration>] = [
    .value("codePrefix", \.codePrefix, .codePrefix, "What error codes begin with: `ORC` makes `ORC_005`.")
  ]
}
