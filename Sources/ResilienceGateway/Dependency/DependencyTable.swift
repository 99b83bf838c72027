public import Resilience

/// The dependencies in force and what all calls share; replaced as a whole, so that no call sees half of a change.
///
/// A call takes a snapshot when it begins, and ends by it. Cost: one lock for a pointer.
public final class DependencyTable: Sendable {
  /// What is in force at one moment.
  final class Snapshot: Sendable {
    let settings: GatewaySettings
    /// In the order of the configuration.
    let dependencies: [Dependency]
    /// Sorted by name.
    let sorted: [Dependency]
    private let byName: [String: Dependency]

    init(_ settings: GatewaySettings, _ dependencies: [Dependency]) {
      self.settings = settings
      self.dependencies = dependencies
      self.sorted = dependencies.sorted { $0.name < $1.name }
      self.byName = Dictionary(dependencies.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The one of that name.
    subscript(name: String) -> Dependency? { self.byName[name] }
  }

  private let snapshot: Lock<Snapshot>

  /// Makes a table.
  public init(_ settings: GatewaySettings, _ dependencies: [Dependency]) {
    self.snapshot = Lock(Snapshot(settings, dependencies))
  }

  /// What is in force now.
  var current: Snapshot { self.snapshot.withLock { $0 } }

  /// The breakers in force now.
  public var breakers: [CircuitBreaker] { self.current.dependencies.compactMap(\.breaker) }

  /// Puts others in force; calls under way end by what they began with.
  func replace(_ settings: GatewaySettings, _ dependencies: [Dependency]) {
    let next = Snapshot(settings, dependencies)
    self.snapshot.withLock { $0 = next }
  }
}
