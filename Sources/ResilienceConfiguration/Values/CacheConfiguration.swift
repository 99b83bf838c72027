/// The response cache in front of a dependency (RFC 9111, shared).
public struct CacheConfiguration: Sendable, Equatable {
  /// Whether fresh responses are served from memory; off until the section is given.
  public var isEnabled = false
  /// Responses kept at most.
  public var maxEntries = 1_000
  /// Bytes kept at most.
  public var maxBytes = 64 << 20
  /// The largest response that is kept, in bytes.
  public var maxEntryBytes = 1 << 20

  /// All defaults.
  public init() {}
}

extension CacheConfiguration: SwitchableSection {
  static let settings: [Setting<CacheConfiguration>] = [
    .value("enabled", \.isEnabled, .flag, "Whether fresh responses are served from memory."),
    .value("maxEntries", \.maxEntries, .integer(1...10_000_000), "Responses kept at most."),
    .value("maxBytes", \.maxBytes, .size(1_024...(64 << 30)), "Bytes kept at most."),
    .value("maxEntryBytes", \.maxEntryBytes, .size(1...(1 << 30)), "The largest response that is kept."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard isEnabled, maxEntryBytes > maxBytes, !reader.hasFailed(node["maxBytes"]),
      !reader.hasFailed(node["maxEntryBytes"])
    else { return }
    reader.report(
      .contradiction, at: node["maxEntryBytes"] ?? node["maxBytes"] ?? node,
      "one response may be larger than the whole cache",
      found: "maxEntryBytes \(SizeText.render(maxEntryBytes)), maxBytes \(SizeText.render(maxBytes))",
      allowed: "maxEntryBytes ≤ maxBytes", remedy: "lower maxEntryBytes or raise maxBytes")
  }
}
