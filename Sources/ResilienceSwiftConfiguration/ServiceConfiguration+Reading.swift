public import Configuration
public import ResilienceConfiguration

extension ServiceConfiguration {
  /// Reads every setting from a reader of swift-configuration, validated as a whole.
  ///
  /// ```swift
  /// let reader = ConfigReader(providers: [
  ///   EnvironmentVariablesProvider(),
  ///   try await FileProvider<YAMLSnapshot>(filePath: "service.yaml"),
  /// ])
  /// let resilience = try ServiceConfiguration(reading: reader.scoped(to: "resilience"), dependencies: ["openai"])
  /// let policies = resilience.dependency(named: "openai").map { DependencyPolicies($0, observer: events) }
  /// ```
  /// Keys are those of the reference (`dependencies.openai.retry.maxAttempts`); values are written as in a file
  /// (`5s`, `0.5`, `16KiB`), whole numbers, numbers and booleans also in their own types. A list of sections, such as
  /// `fallback`, is one text of YAML or JSON, because providers hold no lists of sections; see decision 0014. `${NAME}`
  /// is not expanded: a provider for variables can stand in the stack. Secrets are asked for as secrets.
  ///
  /// The values are one snapshot of all providers. Cost: one lookup per setting and dependency, a few hundred.
  /// - Parameters:
  ///   - reader: Whom to ask, scoped to where the settings are.
  ///   - dependencies: The dependencies' names; nil: the list of texts under `dependencyNames`, since a reader cannot
  ///     say which keys there are.
  ///   - environment: Where the source documents' variables are read from, as defaults; none unless given.
  /// - Throws: Every problem at once, each with its key; the place is the reader with its providers' names.
  public init(
    reading reader: ConfigReader, dependencies: [String]? = nil, environment: [String: String] = [:]
  ) throws(InvalidConfigurationFile) {
    try self.init(reading: reader.snapshot(), dependencies: dependencies, environment: environment)
  }

  /// Reads every setting from a snapshot, as `watchSnapshot` yields them when something has changed.
  ///
  /// See ``init(reading:dependencies:environment:)-(ConfigReader,_,_)``; the same holds here.
  public init(
    reading snapshot: ConfigSnapshotReader, dependencies: [String]? = nil, environment: [String: String] = [:]
  ) throws(InvalidConfigurationFile) {
    let settings = ProviderSettings([.init(snapshot)], prefix: [])
    self = try settings.load(dependencies, environment).configuration
  }

  /// Reads every setting from providers of swift-configuration, the first that has a value wins.
  ///
  /// Like reading from a reader, but each problem names the one provider whose value it is.
  /// - Parameters:
  ///   - providers: Whom to ask, the strongest first.
  ///   - prefix: The key below which the settings are; empty: at the top.
  ///   - dependencies: The dependencies' names; nil: the list of texts under `dependencyNames`.
  ///   - environment: Where the source documents' variables are read from, as defaults; none unless given.
  /// - Throws: Every problem at once, each with its key and the provider that it comes from.
  public init(
    reading providers: [any ConfigProvider], below prefix: ConfigKey = ConfigKey([String]()),
    dependencies: [String]? = nil, environment: [String: String] = [:]
  ) throws(InvalidConfigurationFile) {
    let settings = ProviderSettings(providers.map { .init($0.snapshot()) }, prefix: prefix.components)
    self = try settings.load(dependencies, environment).configuration
  }
}
