internal import NIOCore
internal import NIOSSL
internal import Resilience

/// Makes the TLS side of connections.
struct RedisTLS: Sendable {
  private let context: NIOSSLContext
  private let serverName: String?

  /// - Throws: `RedisError` of kind `insecure` when a file cannot be used.
  init(_ settings: RedisConfiguration.TLS, host: String, server: String) throws(RedisError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    // Connections end when all replies have come, or are given up: the server's goodbye is not worth waiting for.
    configuration.shutdownTimeout = .milliseconds(200)
    var file = settings.authorityFile ?? "the system's authorities"
    do {
      if let authorityFile = settings.authorityFile {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
      }
      if let certificate = settings.certificateFile, let key = settings.privateKeyFile {
        file = certificate
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        file = key
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
      }
      self.context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw RedisError(
        .insecure, server: server, detail: "The file '\(file)' cannot be used for TLS (\(error)).",
        remedy: "Give the path of a PEM file that this user may read.")
    }
    let name = settings.serverName ?? host
    // An IP address is no server name; without one the certificate is checked against the address.
    self.serverName = (try? SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
  }

  func handler() throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(context: self.context, serverHostname: self.serverName)
  }
}
