/// Where what must survive is kept.
public struct StorageConfiguration: Sendable, Equatable {
  /// The store.
  public var url = StorageLocation.memory
  /// What kept credentials are encrypted with; nil for none.
  public var encryptionKey: Secret?

  /// All defaults.
  public init() {}
}

extension StorageConfiguration: ConfigurationSection {
  static let settings: [Setting<StorageConfiguration>] = [
    .value(
      "url", \.url, .storage,
      "Where overrides, audit and queued requests are kept; with `memory:` they are lost at a restart."),
    .optional(
      "encryptionKey", \.encryptionKey, .encryptionKey, absent: "none",
      "What the credentials of queued requests are encrypted with (AES-256-GCM)."),
  ]
}
