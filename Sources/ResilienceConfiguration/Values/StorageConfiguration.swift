/// Where what must survive is kept.
public struct StorageConfiguration: Sendable, Equatable {
  /// The store.
  public var url = StorageLocation.memory

  /// All defaults.
  public init() {}
}

extension StorageConfiguration: ConfigurationSection {
  static let settings: [Setting<StorageConfiguration>] = [
    .value("url", \.url, .storage, "Where overrides and audit are kept; with `memory:` they are lost at a restart.")
  ]
}
