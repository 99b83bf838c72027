/// Paths that are fetched so that the cache holds their answers.
public struct WarmCacheConfiguration: Sendable, Equatable {
  /// The dependency.
  public var dependency = ""
  /// The paths, as callers ask for them.
  public var paths: [String] = []

  /// All defaults.
  public init() {}
}

extension WarmCacheConfiguration: ConfigurationSection {
  static let settings: [Setting<WarmCacheConfiguration>] = [
    .value("dependency", \.dependency, .name, "The dependency.", required: true),
    .value("paths", \.paths, .list(of: .requestPath, "list of paths"), "The paths, as callers ask for them."),
  ]
}
