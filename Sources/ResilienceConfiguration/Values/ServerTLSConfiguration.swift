/// TLS towards callers of the gateway.
public struct ServerTLSConfiguration: Sendable, Equatable {
  /// PEM file of the certificate chain.
  public var certificateFile = ""
  /// PEM file of the key.
  public var keyFile = ""

  /// TLS with these files.
  public init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}

extension ServerTLSConfiguration: ConfigurationSection {
  init() {}

  static let settings: [Setting<ServerTLSConfiguration>] = [
    .value("certificateFile", \.certificateFile, .path, "PEM file of the certificate chain.", required: true),
    .value("keyFile", \.keyFile, .path, "PEM file of the key.", required: true),
  ]
}
