/// The classes of users, and who may say which one a request belongs to.
public struct TiersConfiguration: Sendable, Equatable {
  /// Peers whose `X-Resilience-Tier` is believed; everybody else's is dropped.
  public var trust: [AddressRange] = []
  /// The tier of requests that name none, or one that is not known; nil for no tier.
  public var standard: String?
  /// The tiers.
  public var classes: [TierConfiguration] = []

  /// All defaults.
  public init() {}
}

extension TiersConfiguration: ConfigurationSection {
  static let settings: [Setting<TiersConfiguration>] = [
    .value(
      "trust", \.trust, .list(of: .addressRange, "list of IP ranges"),
      "Peers whose `X-Resilience-Tier` is believed; everybody else's is dropped."),
    .optional(
      "default", \.standard, .name, absent: "no tier", "The tier of requests that name none, or an unknown one."),
    .sections("classes", \.classes, of: TierConfiguration.self, "The tiers, with their shares and priorities.") {
      section, _, _ in section
    },
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    let nodes: [SourceNode] = if case .sequence(let nodes)? = node["classes"]?.content { nodes } else { [] }
    var names: Set<String> = []
    for element in nodes {
      guard let name = element["name"], let text = name.scalarText, !names.insert(text).inserted else { continue }
      reader.report(
        .duplicateName, at: name, "two tiers have this name", found: ShownText.quoted(text), allowed: "each once",
        remedy: "give every tier a name of its own")
    }
    let shares = self.classes.reduce(0) { $0 + $1.share }
    if shares > 1.000_001 {
      reader.report(
        .contradiction, at: node["classes"] ?? node, "the tiers' shares are more than there is",
        found: "shares of \((shares * 100).rounded() / 100) together", allowed: "at most 1 together",
        remedy: "lower some shares; what is nobody's share is free to all")
    }
    if let standard, !self.classes.contains(where: { $0.name == standard }), !reader.hasFailed(node["default"]) {
      reader.report(
        .invalidValue, at: node["default"] ?? node, "no tier has this name", found: ShownText.quoted(standard),
        allowed: "a name under classes", remedy: "add the tier, or choose one that is there")
    }
  }
}
