public import ResilienceConfiguration

extension UpstreamConfiguration {
  /// Every setting at its default, with a configuration's TLS; nil trusts the system's authorities.
  public init(_ tls: ClientTLSConfiguration?) {
    self.init()
    guard let tls else { return }
    self.tls = .init(
      authorityFile: tls.caFile, certificateChainFile: tls.certificateFile, privateKeyFile: tls.keyFile,
      serverName: tls.serverName)
  }
}
