/// A compartment that several dependencies share.
public struct SharedBulkheadConfiguration: Sendable, Equatable {
  /// The name by which dependencies refer to it.
  public var name = ""
  /// Its places and its queue.
  public var bulkhead = BulkheadConfiguration()

  /// All defaults.
  public init() { self.bulkhead.isEnabled = true }
}

extension SharedBulkheadConfiguration: ConfigurationSection {
  static let settings: [Setting<SharedBulkheadConfiguration>] =
    [.value("name", \.name, .name, "The name by which dependencies refer to it.", required: true)]
    + BulkheadConfiguration.settings.filter { !["enabled", "shared"].contains($0.key) }.map { $0.lifted(\.bulkhead) }
}
