/// A Lua script: steps that the server carries out as one, with nobody in between.
public struct RedisScript: Sendable, Equatable {
  /// What it is called in errors.
  public let name: String
  /// The text; it may name no key that is not in `KEYS`.
  public let source: String
  /// Whether carrying it out twice is the same as once.
  public let isRepeatable: Bool

  /// Describes a script.
  public init(_ name: String, isRepeatable: Bool = false, source: String) {
    self.name = name
    self.source = source
    self.isRepeatable = isRepeatable
  }
}
