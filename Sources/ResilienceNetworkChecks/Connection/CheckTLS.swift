internal import NIOSSL

/// How a check speaks TLS: whom it trusts, and as whom it shows itself.
///
/// Files are read for every check, so that a renewed certificate under the same name is used at once.
public struct CheckTLS: Sendable, Hashable {
  /// PEM file of the authorities to trust; nil for the system's.
  public var authorityFile: String?
  /// PEM file of our own certificate chain; nil for none.
  public var certificateFile: String?
  /// PEM file of our own key; nil for none.
  public var keyFile: String?
  /// The name to ask for and to verify instead of the URL's host; nil for that.
  public var serverName: String?

  /// Describes how TLS is spoken; the system's roots and no certificate by default.
  public init(
    authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil, serverName: String? = nil
  ) {
    self.authorityFile = authorityFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.serverName = serverName
  }

  func handler(host: String) throws -> @Sendable () throws -> NIOSSLClientHandler {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let authorityFile {
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
    }
    if let certificateFile, let keyFile {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
    }
    let context = try NIOSSLContext(configuration: configuration)
    let name = self.serverName ?? host
    return { try TLSHandler.make(context, host: name) }
  }
}
