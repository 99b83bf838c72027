/// Where a gateway's server listens and what it allows a client.
///
/// Every limit protects the process from one client; none of them slows an honest one down.
public struct GatewayServerConfiguration: Sendable {
  /// The address to listen on, as a name or an IP address.
  ///
  /// Default `127.0.0.1`.
  public var host: String
  /// The TCP port to listen on; 0 lets the system choose one.
  ///
  /// Default 8080, range 0 to 65535.
  public var port: Int
  /// The bytes of a request's line and header fields together; longer is 431, or 414 when the line alone is.
  ///
  /// Default 16 KiB.
  public var maxHeadBytes: Int = 16 * 1024
  /// The number of a request's header fields; more is 431.
  ///
  /// Default 100.
  public var maxHeaderCount: Int = 100
  /// The bytes of a request's body, declared or counted while they come; more is 413.
  ///
  /// Default 10 MiB.
  public var maxBodyBytes: Int = 10 * 1024 * 1024
  /// How long a request's head may take from its first byte (408), and a new connection to its first byte (closed
  /// silently).
  ///
  /// Default 10 s.
  public var headTimeout: Duration = .seconds(10)
  /// How long a connection is kept between two requests.
  ///
  /// Default 60 s.
  public var idleTimeout: Duration = .seconds(60)
  /// How long a body may make no progress: a client that neither sends nor takes anything.
  ///
  /// Default 30 s.
  ///
  /// Time in which the gateway itself does not read (because the upstream is slow) does not count.
  public var bodyIdleTimeout: Duration = .seconds(30)
  /// The number of connections at the same time; what comes beyond is closed at once.
  ///
  /// Default 10 000.
  public var maxConnections: Int = 10_000
  /// The length of the system's queue of connections that were not accepted yet.
  ///
  /// Default 1024.
  public var backlog: Int = 1024
  /// The certificate for TLS; `nil`, the default, serves plain HTTP.
  public var tls: TLS?

  /// A server's certificate.
  public struct TLS: Sendable {
    /// The path of a PEM file with the certificate and those that lead to the root.
    public var certificateChainFile: String
    /// The path of a PEM file with the certificate's private key.
    public var privateKeyFile: String

    /// Names the two files; they are read when the server starts.
    public init(certificateChainFile: String, privateKeyFile: String) {
      self.certificateChainFile = certificateChainFile
      self.privateKeyFile = privateKeyFile
    }
  }

  /// Makes a configuration with every limit at its default.
  public init(host: String = "127.0.0.1", port: Int = 8080) {
    self.host = host
    self.port = port
  }
}
