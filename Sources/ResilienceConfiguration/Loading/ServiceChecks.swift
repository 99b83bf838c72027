/// What can only be seen when the whole configuration is read.
enum ServiceChecks {
  static func run(
    on configuration: ServiceConfiguration, tree: SourceNode, with reader: inout ConfigurationReader
  ) {
    checkListeners(configuration, tree, &reader)
    checkGraph(configuration, tree, &reader)
    checkBulkheads(configuration, tree, &reader)
    checkCredentials(configuration, tree, &reader)
    checkSharing(configuration, tree, &reader)
    DegradationChecks.run(on: configuration, tree: tree, with: &reader)
    HealingChecks.run(on: configuration, tree: tree, with: &reader)
  }

  /// Credentials are kept encrypted or not at all.
  private static func checkCredentials(
    _ configuration: ServiceConfiguration, _ tree: SourceNode, _ reader: inout ConfigurationReader
  ) {
    guard configuration.storage.encryptionKey == nil, tree.descendant(["storage", "encryptionKey"]) == nil else {
      return
    }
    for dependency in configuration.dependencies {
      let keeps = dependency.fallback.contains { step in
        if case .queue(let queue) = step { queue.keepCredentials } else { false }
      }
      guard keeps else { continue }
      reader.report(
        .contradiction, at: tree.descendant(["dependencies", dependency.name, "fallback"]) ?? tree,
        "credentials would be kept, but there is nothing to encrypt them with", found: "keepCredentials: true",
        allowed: "keepCredentials together with storage.encryptionKey",
        remedy: "make a key with `openssl rand -hex 32` and set storage.encryptionKey: \"${NAME}\"")
    }
  }

  /// Permits and answers are shared by way of a storage that is.
  private static func checkSharing(
    _ configuration: ServiceConfiguration, _ tree: SourceNode, _ reader: inout ConfigurationReader
  ) {
    if case .redis = configuration.storage.url { return }
    if reader.hasFailed(tree.descendant(["storage", "url"])) { return }
    func report(_ what: String, _ key: String, _ path: [String]) {
      reader.report(
        .contradiction, at: tree.descendant(path) ?? tree, "the instances have nothing to share \(what) by",
        found: "storage.url: \(configuration.storage.url)", allowed: "\(key) with storage.url: redis://…",
        remedy: "set storage.url to a Redis that all instances reach, or leave shared out")
    }
    for dependency in configuration.dependencies {
      if dependency.rateLimit.isEnabled, dependency.rateLimit.isShared {
        report("permits", "rateLimit.shared", ["dependencies", dependency.name, "rateLimit", "shared"])
      }
      let sharesAnswers = dependency.fallback.contains { step in
        if case .staleCache(let cache) = step { cache.isShared } else { false }
      }
      if sharesAnswers { report("answers", "staleCache.shared", ["dependencies", dependency.name, "fallback"]) }
    }
  }

  private static func checkListeners(
    _ configuration: ServiceConfiguration, _ tree: SourceNode, _ reader: inout ConfigurationReader
  ) {
    var listeners: [(path: [String], address: ListenAddress)] = [
      (["gateway", "listen"], configuration.gateway.listen),
      (["operations", "listen"], configuration.operations.listen),
    ]
    listeners += configuration.dependencies.compactMap { dependency in
      dependency.listen.map { (["dependencies", dependency.name, "listen"], $0) }
    }
    var byPort: [Int: [(path: [String], address: ListenAddress)]] = [:]
    for listener in listeners where listener.address.port != 0 {
      if reader.hasFailed(tree.descendant(listener.path)) { continue }
      let earlier = byPort[listener.address.port] ?? []
      if let other = earlier.first(where: { overlap($0.address, listener.address) }) {
        report(listener, clashesWith: other, tree, &reader)
      }
      byPort[listener.address.port] = earlier + [listener]
    }
  }

  private static func report(
    _ listener: (path: [String], address: ListenAddress), clashesWith other: (path: [String], address: ListenAddress),
    _ tree: SourceNode, _ reader: inout ConfigurationReader
  ) {
    // A default has no place of its own: then the other one is where something can be changed.
    let own = tree.descendant(listener.path)
    let place = own ?? tree.descendant(other.path) ?? tree
    let rival = own == nil ? listener : other
    reader.report(
      .duplicateListen, at: place, "two listeners share a port",
      found: "\(rival.path.joined(separator: ".")) on \(rival.address) too", allowed: "a port of its own for each",
      remedy: "choose another port, or 0 for any free one")
  }

  private static func overlap(_ left: ListenAddress, _ right: ListenAddress) -> Bool {
    func normal(_ host: String) -> String { host.lowercased() == "localhost" ? "127.0.0.1" : host.lowercased() }
    return left.isWildcard || right.isWildcard || normal(left.host) == normal(right.host)
  }

  private static func checkBulkheads(
    _ configuration: ServiceConfiguration, _ tree: SourceNode, _ reader: inout ConfigurationReader
  ) {
    var names: Set<String> = []
    if case .sequence(let nodes)? = tree["bulkheads"]?.content {
      for element in nodes {
        guard let name = element["name"], let text = name.scalarText, !names.insert(text).inserted else { continue }
        reader.report(
          .duplicateName, at: name, "two compartments have this name", found: ShownText.quoted(text),
          allowed: "each once", remedy: "give every compartment a name of its own")
      }
    }
    for dependency in configuration.dependencies {
      guard let shared = dependency.bulkhead.shared, !configuration.bulkheads.contains(where: { $0.name == shared })
      else { continue }
      let node = tree.descendant(["dependencies", dependency.name, "bulkhead", "shared"]) ?? tree
      guard !reader.hasFailed(node) else { continue }
      let nearest = Spelling.nearest(to: shared, among: configuration.bulkheads.map(\.name))
      reader.report(
        .invalidValue, at: node, "no compartment has this name", found: ShownText.quoted(shared),
        allowed: "a name under bulkheads",
        remedy: nearest.map { "did you mean `\($0)`?" } ?? "add it under bulkheads, or remove it here")
    }
  }

  private static func checkGraph(
    _ configuration: ServiceConfiguration, _ tree: SourceNode, _ reader: inout ConfigurationReader
  ) {
    let steps =
      configuration.dependencies.map { ($0.name, $0.dependsOn) } + configuration.watched.map { ($0.name, $0.dependsOn) }
    let names = tree["dependencies"]?.entries.map(\.key).filter { name in steps.contains { $0.0 == name } } ?? []
    let known = Set(names)
    for name in names {
      guard case .sequence(let nodes)? = tree.descendant(["dependencies", name, "dependsOn"])?.content else {
        continue
      }
      for node in nodes {
        guard let text = node.scalarText, !reader.hasFailed(node),
          let name = try? VariableExpansion.expand(text, environment: node.origin.isFile ? reader.environment : [:]),
          !known.contains(name)
        else { continue }
        let nearest = Spelling.nearest(to: name, among: names)
        reader.report(
          .unknownDependency, at: node, "no dependency has this name", found: reader.shown(node),
          allowed: "a name under dependencies",
          remedy: nearest.map { "did you mean `\($0)`?" } ?? "add it, or remove it here")
      }
    }
    let edges = Dictionary(steps, uniquingKeysWith: { first, _ in first })
    for cycle in DependencyCycles.find(names: names, edges: edges) {
      let node = tree.descendant(["dependencies", cycle[0], "dependsOn"]) ?? tree
      reader.report(
        .dependencyCycle, at: node, "the dependencies go in a circle", found: cycle.joined(separator: " → "),
        allowed: "no way back to the start", remedy: "remove one of the steps")
    }
  }
}
