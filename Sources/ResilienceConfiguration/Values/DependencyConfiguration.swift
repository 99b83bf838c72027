/// One dependency behind the gateway: where it is, and the policies of its calls.
///
/// The policies' settings are reached directly: `dependency.timeout` is `dependency.policies.timeout`.
@dynamicMemberLookup
public struct DependencyConfiguration: Sendable, Equatable {
  /// The name, also the first segment of its paths at the gateway.
  public var name: String
  /// Where it is.
  public var url: UpstreamLocation
  /// A port of its own, beside the gateway's; nil for none.
  public var listen: ListenAddress?
  /// Names of the dependencies that it needs itself.
  public var dependsOn: [String] = []
  /// Tiers that need it to prove who they are: while it is away their calls to any dependency are refused.
  public var privilegedTiers: [String] = []
  /// The toggle that it is behind; nil for none.
  public var toggle: String?
  /// Paths of it that are behind a toggle.
  public var toggledPaths: [ToggledPathConfiguration] = []
  /// What users are told about it.
  public var notice = NoticeTextsConfiguration()
  /// What holds for its calls; the file's `defaults` are already in it.
  public var policies = PolicyConfiguration()

  /// A dependency with all defaults.
  public init(name: String, url: UpstreamLocation) {
    self.name = name
    self.url = url
  }

  /// Reaches a policy setting directly.
  public subscript<Value>(dynamicMember path: WritableKeyPath<PolicyConfiguration, Value>) -> Value {
    get { policies[keyPath: path] }
    set { policies[keyPath: path] = newValue }
  }
}

extension DependencyConfiguration: ConfigurationSection {
  init() { self.init(name: "", url: .example("")) }

  static let settings: [Setting<DependencyConfiguration>] =
    [
      .value(
        "url", \.url, .upstream,
        "Where the dependency is; requests' paths are appended. `example:NAME` is a built-in one. Only what is "
          + "checked and not called may do without: then `criticality`, `dependsOn` and `health` are its keys.",
        required: true),
      .optional("listen", \.listen, .listen, absent: "the gateway's port only", "A port of its own."),
      .value("dependsOn", \.dependsOn, .list(of: .name, "list of names"), "Dependencies that it needs itself."),
      .value(
        "privilegedTiers", \.privilegedTiers, .list(of: .name, "list of names"),
        "For an identity provider: tiers whose calls to any dependency are refused with 503 while it is away; all "
          + "others are admitted."),
      .optional("toggle", \.toggle, .name, absent: "none", "The toggle that it is behind; while it is off, 404."),
      .sections(
        "toggledPaths", \.toggledPaths, of: ToggledPathConfiguration.self, "Paths of it that are behind a toggle."
      ) { path, _, _ in path },
      .section("notice", \.notice, "What users are told while it is degraded or away."),
    ] + PolicyConfiguration.settings.map { $0.lifted(\.policies) }

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    policies.finish(at: node, with: &reader)
    policies.health.finish(at: node, hasURL: true, with: &reader)
    let key = node["circuitBreaker"]?["healthAware"]
    let breaker = policies.circuitBreaker
    guard breaker.isHealthAware, breaker.isEnabled, !policies.health.isConfigured, let key,
      key.path.hasPrefix("dependencies."), !reader.hasFailed(node["health"])
    else { return }
    reader.report(
      .contradiction, at: key, "there is no health check that the breaker could follow", found: "healthAware alone",
      allowed: "healthAware with health", remedy: "add health: { path: /health }, or remove healthAware")
  }
}
