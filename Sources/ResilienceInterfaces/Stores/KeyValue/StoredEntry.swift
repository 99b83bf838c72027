/// What a ``KeyValueStore`` keeps under a key.
public struct StoredEntry: Sendable, Equatable {
  /// The bytes.
  public let value: [UInt8]
  /// Names and values that are kept with it.
  public let metadata: [String: String]
  /// Grows with every write to the key; above 0.
  public let version: Int64
  /// When it ends by itself, in Unix milliseconds of the store's clock; nil for never.
  public let expires: Int64?

  /// Describes an entry.
  public init(value: [UInt8], metadata: [String: String], version: Int64, expires: Int64?) {
    self.value = value
    self.metadata = metadata
    self.version = version
    self.expires = expires
  }
}
