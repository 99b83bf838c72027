/// How connections to upstreams are kept and secured.
public struct UpstreamConfiguration: Sendable {
  /// The connections to one origin that each event loop keeps open without work.
  ///
  /// Default 64.
  public var maxIdlePerOrigin: Int = 64
  /// How long a connection without work is kept; shorter than the upstream's own limit saves failures.
  ///
  /// Default 30 s.
  public var idleTimeout: Duration = .seconds(30)
  /// The connections to one origin over all event loops; a request beyond that fails at once.
  ///
  /// Default 1024.
  public var maxConnectionsPerOrigin: Int = 1024
  /// The bytes of an answer's head; more is a malformed answer.
  ///
  /// Default 64 KiB.
  public var maxHeadBytes: Int = 64 * 1024
  /// The number of an answer's fields; more is a malformed answer.
  ///
  /// Default 200.
  public var maxHeaderCount: Int = 200
  /// What to trust and what to show in TLS.
  public var tls: TLS = TLS()

  /// What to trust and what to show in TLS.
  ///
  /// The upstream's certificate and name are always checked.
  public struct TLS: Sendable {
    /// The path of a PEM file with the authorities to trust instead of the system's.
    public var authorityFile: String?
    /// The path of a PEM file with the certificate to show, and those that lead to its root.
    public var certificateChainFile: String?
    /// The path of a PEM file with that certificate's private key.
    public var privateKeyFile: String?
    /// The name to ask for and to check the certificate against, instead of the origin's host.
    ///
    /// A certificate that is valid for the address connected to is taken as well.
    public var serverName: String?

    /// Trusts the system's authorities and shows no certificate unless told otherwise.
    public init(
      authorityFile: String? = nil, certificateChainFile: String? = nil, privateKeyFile: String? = nil,
      serverName: String? = nil
    ) {
      self.authorityFile = authorityFile
      self.certificateChainFile = certificateChainFile
      self.privateKeyFile = privateKeyFile
      self.serverName = serverName
    }
  }

  /// Makes a configuration with every setting at its default.
  public init() {}
}
