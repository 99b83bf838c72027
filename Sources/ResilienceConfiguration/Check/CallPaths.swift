/// The ways that calls take along `dependsOn`.
struct CallPaths {
  /// A way from a first caller down to a dependency, and what retries make of one call on it.
  struct Path: Equatable {
    let names: [String]
    let amplification: Double
  }

  /// Every dependency with each of those that it depends on.
  let arrows: [(caller: DependencyConfiguration, callee: DependencyConfiguration)]
  private let worst: [String: Path]

  init(_ configuration: ServiceConfiguration) {
    let service = configuration.withOwnBulkheads
    let byName = Dictionary(
      service.dependencies.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let arrows = service.dependencies.flatMap { caller in
      caller.dependsOn.compactMap { name in byName[name].map { (caller: caller, callee: $0) } }
    }
    self.arrows = arrows
    self.worst = Self.worst(service.dependencies, arrows)
  }

  /// The way on which one call becomes the most attempts at a dependency.
  func worst(to name: String) -> Path { self.worst[name] ?? Path(names: [name], amplification: 1) }

  /// Callers first (Kahn): when a dependency's turn comes, all ways to its callers are known.
  private static func worst(
    _ dependencies: [DependencyConfiguration],
    _ arrows: [(caller: DependencyConfiguration, callee: DependencyConfiguration)]
  ) -> [String: Path] {
    let own = Dictionary(
      dependencies.map { ($0.name, CallEstimate($0).amplification) }, uniquingKeysWith: { first, _ in first })
    var best = own.reduce(into: [String: Path]()) { $0[$1.key] = Path(names: [$1.key], amplification: $1.value) }
    var missing = Dictionary(grouping: arrows, by: \.callee.name).mapValues(\.count)
    let below = Dictionary(grouping: arrows, by: \.caller.name)
    var ready = dependencies.map(\.name).filter { missing[$0] == nil }[...]
    while let name = ready.popFirst() {
      guard let path = best[name] else { continue }
      for arrow in below[name] ?? [] {
        let callee = arrow.callee.name
        let amplification = path.amplification * (own[callee] ?? 1)
        if amplification > best[callee]?.amplification ?? 0 || best[callee]?.names.count == 1 {
          best[callee] = Path(names: path.names + [callee], amplification: amplification)
        }
        missing[callee, default: 1] -= 1
        if missing[callee] == 0 { ready.append(callee) }
      }
    }
    return best
  }
}
