internal import NIOCore
internal import NIOSSL

/// Makes the handlers that speak TLS; an address, unlike a name, is not sent as the server's name.
enum TLSHandler {
  static func make(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(context: context, serverHostname: self.name(host))
  }

  /// A handler that takes any certificate and hands it on: to read its dates, never to send anything.
  static func make(
    _ context: NIOSSLContext, host: String, _ see: @escaping @Sendable (NIOSSLCertificate?) -> Void
  ) throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(
      context: context, serverHostname: self.name(host),
      customVerificationCallback: { chain, promise in
        see(chain.first)
        promise.succeed(.certificateVerified)
      })
  }

  private static func name(_ host: String) -> String? {
    (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
  }
}
