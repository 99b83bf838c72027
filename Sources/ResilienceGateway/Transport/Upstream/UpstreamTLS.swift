internal import NIOCore
internal import NIOSSL

/// Makes the TLS side of connections to upstreams.
struct UpstreamTLS: Sendable {
  private let context: NIOSSLContext
  private let serverName: String?

  init(_ settings: UpstreamConfiguration.TLS) throws(UpstreamConfigurationError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["http/1.1"]
    var file = settings.authorityFile ?? "the system's authorities"
    do {
      if let authorityFile = settings.authorityFile {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
      }
      switch (settings.certificateChainFile, settings.privateKeyFile) {
      case (nil, nil): break
      case (let chainFile?, let keyFile?):
        file = chainFile
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(chainFile).map { .certificate($0) }
        file = keyFile
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
      default: throw UpstreamConfigurationError.incompleteClientCertificate
      }
      self.context = try NIOSSLContext(configuration: configuration)
    } catch let error as UpstreamConfigurationError {
      throw error
    } catch {
      throw .cannotUseFile(file, reason: "\(error)")
    }
    self.serverName = settings.serverName
  }

  func addHandler(to channel: any Channel, _ origin: UpstreamOrigin) throws {
    let name = self.serverName ?? origin.host
    // An IP address is no server name; without one the certificate is checked against the address.
    let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
    let handler = try NIOSSLClientHandler(context: self.context, serverHostname: isAddress ? nil : name)
    try channel.pipeline.syncOperations.addHandler(handler)
  }
}
