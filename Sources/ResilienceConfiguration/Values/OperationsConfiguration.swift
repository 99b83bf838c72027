/// The control plane: health, metrics, console and operators' commands.
public struct OperationsConfiguration: Sendable, Equatable {
  /// Where it listens.
  public var listen = ListenAddress(host: "127.0.0.1", port: 8081)
  /// One credential with all rights, an admin named `token`; nil for none.
  public var token: Secret?
  /// Named operators.
  public var operators: [OperatorConfiguration] = []

  /// All defaults.
  public init() {}
}

extension OperationsConfiguration: ConfigurationSection {
  static let settings: [Setting<OperationsConfiguration>] = [
    .value("listen", \.listen, .listen, "Where the operations server listens; without a credential only on loopback."),
    .optional(
      "token", \.token, .token, absent: "none", "One credential with all rights, an admin named `token`."),
    .sections(
      "operators", \.operators, of: OperatorConfiguration.self, "Named operators, whom the audit tells apart."
    ) { section, _, _ in section },
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    if !listen.isLoopback, node["token"] == nil, node["operators"] == nil || operators.isEmpty {
      reader.report(
        .exposedOperations, at: node["listen"] ?? node, "the operations server would be open to other machines",
        found: "\(listen) without token or operators", allowed: "a loopback address, or a credential",
        remedy: "listen on 127.0.0.1, or add token: \"${RESILIENCE_OPERATIONS_TOKEN}\" or operators")
    }
    guard case .sequence(let nodes)? = node["operators"]?.content else { return }
    var names: Set<String> = []
    var tokens: Set<String> = []
    for element in nodes {
      if let name = element["name"], let text = name.scalarText, !names.insert(text).inserted {
        reportTwice(name, "two operators have this name", found: ShownText.quoted(text), with: &reader)
      }
      if let token = element["token"], let text = token.scalarText, !tokens.insert(text).inserted {
        reportTwice(token, "two operators have this token", found: "(redacted)", with: &reader)
      }
    }
  }

  private func reportTwice(
    _ node: SourceNode, _ message: String, found: String, with reader: inout ConfigurationReader
  ) {
    reader.report(
      .duplicateName, at: node, message, found: found, allowed: "each once",
      remedy: "give every operator a name and a token of its own")
  }
}
