/// A fallback that serves the last good response.
public struct StaleCacheConfiguration: Sendable, Equatable {
  /// How old a served response may be.
  public var maxAge = Duration.seconds(3_600)
  /// Responses kept at most; nil for the gateway's own bound.
  public var maxEntries: Int?
  /// Bytes kept at most; nil for the gateway's own bound.
  public var maxBytes: Int?
  /// Whether all instances of the service share responses, by way of the storage.
  public var isShared = false

  /// All defaults.
  public init() {}
}

extension StaleCacheConfiguration: ConfigurationSection {
  static let settings: [Setting<StaleCacheConfiguration>] = [
    .value(
      "maxAge", \.maxAge, .duration(.seconds(1)...(.seconds(2_592_000))), "How old a served response may be.",
      documents: [.init("FALLBACK_CACHE_MAX_AGE_MINUTES", .minutes)]),
    .optional(
      "maxEntries", \.maxEntries, .integer(1...10_000_000), absent: "the gateway's own", "Responses kept at most."),
    .optional("maxBytes", \.maxBytes, .size(1_024...(64 << 30)), absent: "the gateway's own", "Bytes kept at most."),
    .value(
      "shared", \.isShared, .flag,
      "Whether all instances of the service share responses, by way of `storage.url: redis://…`."),
  ]
}
