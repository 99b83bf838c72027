/// A built-in example upstream and the faults that are switched on.
public struct ExampleUpstream: Codable, Sendable, Hashable {
  /// Its name.
  public let name: String
  /// The dependency that leads to it, if one does.
  public let dependency: String?
  /// What it does wrong on purpose.
  public let faults: FaultSettings

  /// Describes an example upstream.
  public init(name: String, dependency: String? = nil, faults: FaultSettings = .none) {
    self.name = name
    self.dependency = dependency
    self.faults = faults
  }
}
