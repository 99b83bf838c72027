/// The feature toggles.
public struct TogglesConfiguration: Sendable, Equatable {
  /// Whether they are looked at; without it each says what its definition says.
  public var isEnabled = true
  /// The field of requests whose value is the key of shares; nil for the caller's address.
  public var keyHeader: String?
  /// The toggles.
  public var features: [ToggleConfiguration] = []

  /// All defaults.
  public init() {}
}

extension TogglesConfiguration: ConfigurationSection {
  static let settings: [Setting<TogglesConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag,
      "Whether toggles are looked at; without it each is on or off as its own `enabled` says.",
      documents: [.init("FEATURE_TOGGLES_ENABLED")]),
    .optional(
      "keyHeader", \.keyHeader, .headerName, absent: "the caller's address",
      "The field of requests to the gateway whose value is the key of percentages."),
    .sections("features", \.features, of: ToggleConfiguration.self, "The toggles.") { toggle, _, _ in toggle },
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    let nodes: [SourceNode] = if case .sequence(let nodes)? = node["features"]?.content { nodes } else { [] }
    var names: Set<String> = []
    for element in nodes {
      guard let name = element["name"], let text = name.scalarText, !names.insert(text).inserted else { continue }
      reader.report(
        .duplicateName, at: name, "two toggles have this name", found: ShownText.quoted(text), allowed: "each once",
        remedy: "give every toggle a name of its own")
    }
  }
}
