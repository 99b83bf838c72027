extension HealthCheckConfiguration {
  /// Which keys a kind of check has no use for.
  private static let ownKeys: [(key: String, kinds: Set<Kind>)] = [
    ("path", [.http, .disk]), ("writes", [.sqlite]), ("slowFrom", [.http]), ("warnBelow", [.disk, .memory]),
    ("failBelow", [.disk, .memory]), ("warnDays", [.tls]), ("failDays", [.tls]), ("warnFrom", [.eventLoop]),
    ("failFrom", [.eventLoop]),
  ]

  /// Looks at a dependency's check once all of the dependency is read; what it has inherited and cannot use is dropped.
  ///
  /// - Parameters:
  ///   - node: The dependency's section.
  ///   - hasURL: Whether the dependency is called, so that its URL can be checked.
  ///   - reader: Takes the problems.
  mutating func finish(at node: SourceNode, hasURL: Bool, with reader: inout ConfigurationReader) {
    guard self.isEnabled, let section = node["health"] else { return }
    func isOwn(_ key: String) -> Bool { section[key]?.path.hasPrefix("dependencies.") ?? false }
    if self.path != nil, !isOwn("path"), !hasURL || self.kind != nil || self.url != nil { self.path = nil }
    guard let kind = self.effectiveKind else {
      guard section.entries.contains(where: { isOwn($0.key) }) || section.path.hasPrefix("dependencies."),
        !section.entries.contains(where: { reader.hasFailed($0.value) }), !reader.hasFailed(section)
      else { return }
      reader.report(
        .missingKey, at: section, "there is nothing to check", found: "neither path, url nor kind",
        allowed: "path: /health, url: redis://HOST:PORT, or kind: tcp",
        remedy: "say what to check, or write health: false"
      )
      return
    }
    for (key, kinds) in Self.ownKeys where !kinds.contains(kind) && isOwn(key) {
      let names = kinds.map(\.rawValue).sorted().joined(separator: " and ")
      reader.report(
        .contradiction, at: section[key] ?? section, "a check of kind \(kind.rawValue) has no use for it",
        found: "\(key) with kind \(kind.rawValue)", allowed: "only with kind \(names)", remedy: "remove \(key)")
    }
    self.checkPlace(kind, section, hasURL, &reader)
  }

  private func checkPlace(
    _ kind: Kind, _ section: SourceNode, _ hasURL: Bool, _ reader: inout ConfigurationReader
  ) {
    if reader.hasFailed(section["url"]) || reader.hasFailed(section["kind"]) { return }
    func report(_ message: String, _ found: String, _ allowed: String, _ remedy: String) {
      let place = section["url"] ?? section["kind"] ?? section["path"] ?? section
      reader.report(.contradiction, at: place, message, found: found, allowed: allowed, remedy: remedy)
    }
    let isElsewhere: Set<Kind> = [.redis, .postgresql, .sqlite]
    let isHere: Set<Kind> = [.disk, .memory, .eventLoop]
    switch self.url {
    case .http? where [.http, .tcp, .dns, .tls, .grpc].contains(kind): break
    case let url? where url.kind != kind:
      report(
        "kind and url contradict each other", "kind \(kind.rawValue), \(url)", "a url of that kind, or url alone",
        "remove kind; the url says it")
    case nil where isElsewhere.contains(kind):
      report("the check does not know where", "kind \(kind.rawValue) without url", "url", "add url: \(kind.example)")
    case nil where !hasURL && !isHere.contains(kind):
      report("the check does not know where", "no url here nor at the dependency", "url", "add url: \(kind.example)")
    default: break
    }
    if kind == .http, let path, !path.hasPrefix("/") {
      report("the path of a URL begins with /", "\(ShownText.quoted(path))", "an absolute path", "write /\(path)")
    }
  }
}

extension HealthCheckConfiguration.Kind {
  /// What a URL of the kind looks like.
  fileprivate var example: String {
    switch self {
    case .http: "http://127.0.0.1:8000/health"
    case .tcp: "tcp://127.0.0.1:9000"
    case .dns: "dns:example.com"
    case .tls: "tls://example.com"
    case .redis: "redis://127.0.0.1:6379"
    case .postgresql: "postgresql://127.0.0.1:5432"
    case .grpc: "grpc://127.0.0.1:9000"
    case .sqlite: "sqlite:data.db"
    case .disk, .memory, .eventLoop: self.rawValue
    }
  }
}
