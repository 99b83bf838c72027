/// A dependency that is not called through the gateway, but checked: a database, the internet.
public struct WatchedDependencyConfiguration: Sendable, Equatable {
  /// The name, unique among all dependencies.
  public var name = ""
  /// How much the service needs it.
  public var criticality = PolicyConfiguration.Criticality.important
  /// Names of the dependencies that it needs itself.
  public var dependsOn: [String] = []
  /// How it is checked.
  public var health = HealthCheckConfiguration()

  /// All defaults.
  public init() {}
}

extension WatchedDependencyConfiguration: ConfigurationSection {
  static let settings: [Setting<WatchedDependencyConfiguration>] = [
    .value("criticality", \.criticality, .choice(), "How much the service needs it."),
    .value("dependsOn", \.dependsOn, .list(of: .name, "list of names"), "Dependencies that it needs itself."),
    .policy("health", \.health, "How it is checked."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    self.health.finish(at: node, hasURL: false, with: &reader)
  }

  /// The same section without what it has inherited for calls, which it does not have.
  static func section(_ node: SourceNode) -> SourceNode {
    let known = Set(self.settings.map(\.key))
    var section = node
    section.entries = node.entries.filter { known.contains($0.key) || $0.value.path.hasPrefix("dependencies.") }
    return section
  }
}
