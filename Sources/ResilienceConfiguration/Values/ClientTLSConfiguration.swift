/// TLS towards a dependency, beyond the system's own roots.
public struct ClientTLSConfiguration: Sendable, Hashable {
  /// PEM file of the authorities to trust instead of the system's.
  public var caFile: String?
  /// PEM file of our own certificate chain.
  public var certificateFile: String?
  /// PEM file of our own key.
  public var keyFile: String?
  /// The name to ask for and to verify instead of the URL's host.
  public var serverName: String?

  /// All defaults.
  public init() {}
}

extension ClientTLSConfiguration: ConfigurationSection {
  static let settings: [Setting<ClientTLSConfiguration>] = [
    .optional(
      "caFile", \.caFile, .path, absent: "the system's roots",
      "PEM file of the authorities to trust instead of the system's."),
    .optional("certificateFile", \.certificateFile, .path, absent: "none", "PEM file of our own certificate chain."),
    .optional("keyFile", \.keyFile, .path, absent: "none", "PEM file of our own key."),
    .optional(
      "serverName", \.serverName, .text(253), absent: "the URL's host",
      "The name to ask for and to verify instead of the URL's host."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard (node["certificateFile"] == nil) != (node["keyFile"] == nil) else { return }
    reader.report(
      .contradiction, at: node["certificateFile"] ?? node["keyFile"] ?? node,
      "a client certificate needs both its chain and its key", found: "one of the two",
      allowed: "certificateFile and keyFile, or neither", remedy: "add the other one")
  }
}
