/// The source documents' variables as trees to lay below the file's.
struct DocumentDefaults {
  /// For every dependency.
  private(set) var everywhere = SourceNode.emptySection(origin: .variable(""), path: "defaults")
  /// For one dependency each, by name.
  private(set) var byDependency: [String: SourceNode] = [:]
  private(set) var notes: [ConfigurationNote] = []
  private(set) var faults: [SourceFault] = []
  private let environment: [String: String]

  init(environment: [String: String], dependencies: [String]) {
    self.environment = environment.filter { !$0.value.isEmpty }
    for definition in PolicyConfiguration.settings.flatMap({ $0.definitions() }) where !definition.key.contains("[]") {
      let shared = definition.documentVariables.filter { $0.dependencySuffix == nil }
      if let node = node(for: definition, from: shared.map { ($0, $0.name) }, path: "defaults") {
        everywhere.insert(node, at: keys(definition))
      }
      let own = definition.documentVariables.filter { $0.dependencySuffix != nil }
      for name in own.isEmpty ? [] : dependencies {
        let candidates = own.flatMap { variable in
          Self.prefixes(of: name).map { (variable, $0 + (variable.dependencySuffix ?? "")) }
        }
        let path = "dependencies.\(name)"
        guard let node = node(for: definition, from: candidates, path: path) else { continue }
        var tree = byDependency[name] ?? .emptySection(origin: node.origin, path: path)
        tree.insert(node, at: keys(definition))
        byDependency[name] = tree
      }
    }
    notes += Self.withoutEffect.filter { self.environment[$0] != nil }.map { name in
      ConfigurationNote(variable: name, key: nil, text: "\(name) is set, but has no effect in this version")
    }
  }

  /// `OPENAI` for `openai`; the documents also call Microsoft's service by its interface.
  private static func prefixes(of dependency: String) -> [String] {
    let name = SourcePath.environmentName(dependency)
    return name == "MICROSOFT_GRAPH" ? [name, "GRAPH_API"] : [name]
  }

  private func keys(_ definition: SettingDefinition) -> ArraySlice<String> {
    definition.key.split(separator: ".").map(String.init)[...]
  }

  /// The value of the first variable that is set; the others of the same setting yield, and a note says so.
  private mutating func node(
    for definition: SettingDefinition, from candidates: [(DocumentVariable, String)], path: String
  ) -> SourceNode? {
    reportRefused(candidates, path: SourcePath.join(path, definition.key))
    let given = candidates.compactMap { variable, name -> (name: String, text: String)? in
      guard let value = environment[name], variable.accepts(value) else { return nil }
      return variable.settingText(for: value).map { (name, $0) }
    }
    guard let first = given.first else { return nil }
    let fullPath = SourcePath.join(path, definition.key)
    for other in given.dropFirst() {
      notes.append(
        ConfigurationNote(variable: other.name, key: fullPath, text: "\(other.name) yields to \(first.name)"))
    }
    guard definition.shape == .sections, first.text.hasPrefix("[") else {
      let content = SourceNode.Content.scalar(first.text, isPlain: true)
      return SourceNode(content: content, origin: .variable(first.name), path: fullPath)
    }
    return YAMLSource.parse(variable: first.name, text: first.text, path: fullPath).tree
  }

  private mutating func reportRefused(_ candidates: [(DocumentVariable, String)], path: String) {
    for (variable, name) in candidates {
      guard let value = environment[name], !variable.accepts(value) else { continue }
      faults.append(
        SourceFault(
          rule: .wrongType, origin: .variable(name), path: path, message: "this is neither true nor false",
          found: ShownText.quoted(value), allowed: "true or false", remedy: "write true or false"))
    }
  }

  /// The age of stale caches as a section of its own, so that it can be checked where no stale cache is used.
  var staleCacheAge: SourceNode {
    let path = "defaults.fallback[].staleCache"
    var section = SourceNode.emptySection(origin: .variable(""), path: path)
    section["maxAge"] = staleCacheAge(path: path)
    return section
  }

  private func staleCacheAge(path: String) -> SourceNode? {
    let variables = StaleCacheConfiguration.settings.first { $0.key == "maxAge" }?.definition.documentVariables ?? []
    for variable in variables {
      guard let value = environment[variable.name], let text = variable.settingText(for: value) else { continue }
      return SourceNode(
        content: .scalar(text, isPlain: true), origin: .variable(variable.name),
        path: SourcePath.join(path, "maxAge"))
    }
    return nil
  }

  /// Gives every stale cache without `maxAge` the one of the variable, if it is set.
  func withStaleCacheAge(_ policies: SourceNode?) -> SourceNode? {
    guard var policies, let fallback = policies["fallback"], case .sequence(var steps) = fallback.content else {
      return policies
    }
    for index in steps.indices {
      guard let cache = steps[index]["staleCache"], cache.isMapping || cache.isNull, cache["maxAge"] == nil,
        let age = staleCacheAge(path: cache.path)
      else { continue }
      steps[index]["staleCache"]?["maxAge"] = age
    }
    policies["fallback"]?.content = .sequence(steps)
    return policies
  }

  /// Variables of the documents whose features come with later versions.
  private static let withoutEffect = [
    "BULKHEAD_ISOLATION_ENABLED", "CRITICAL_OPERATION_THREAD_POOL_SIZE", "ERROR_CORRELATION_ENABLED",
    "ERROR_CORRELATION_WINDOW_MINUTES", "PREDICTIVE_FAILURE_DETECTION", "PROACTIVE_ALERTING_ENABLED",
    "ERROR_RETENTION_DAYS", "DISTRIBUTED_TRACING_ENABLED", "ERROR_PATTERN_ANALYSIS_ENABLED",
    "ERROR_ANALYTICS_ENABLED", "ERROR_TREND_ANALYSIS", "USER_TIER_ISOLATION_ENABLED",
    "RESOURCE_LIMIT_ENFORCEMENT", "LLM_SERVICE_TIMEOUT", "BATCH_OPERATION_TIMEOUT",
  ]
}
