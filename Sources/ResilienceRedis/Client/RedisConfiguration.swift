public import Resilience

/// Where a Redis is, and how it is spoken to.
///
/// The password appears in no description and no error.
public struct RedisConfiguration: Sendable, Equatable {
  /// How connections are encrypted.
  public struct TLS: Sendable, Equatable {
    /// A PEM file of the authorities that are trusted; nil trusts the system's.
    public var authorityFile: String?
    /// A PEM file of the client's own certificate, where the server asks for one.
    public var certificateFile: String?
    /// A PEM file of its key.
    public var privateKeyFile: String?
    /// The name that the server's certificate has to be of; nil takes the host.
    public var serverName: String?

    /// Describes the encryption; without arguments as the system does it.
    public init(
      authorityFile: String? = nil, certificateFile: String? = nil, privateKeyFile: String? = nil,
      serverName: String? = nil
    ) {
      self.authorityFile = authorityFile
      self.certificateFile = certificateFile
      self.privateKeyFile = privateKeyFile
      self.serverName = serverName
    }
  }

  /// A name or an address; default 127.0.0.1.
  public var host: String
  /// The port; default 6379.
  public var port: Int
  /// The user (ACL); nil is the server's default user.
  public var user: String?
  /// The password; nil sends none.
  public var password: String?
  /// The number of the database; default 0.
  public var database = 0
  /// How connections are encrypted; nil, the default, leaves them plain.
  public var tls: TLS?
  /// What connections are called on the server (CLIENT LIST); default `resilience`.
  public var clientName = "resilience"
  /// How many connections commands are spread over: 1…64, default 2.
  ///
  /// Each carries any number of commands at a time; a second one helps while the first is busy with a large answer.
  public var connections = 2
  /// How long a call may take, connecting and repeating included: 1 ms…1 h, default 2 s.
  public var timeout = Duration.seconds(2)
  /// How long connecting may take, handshakes included: 1 ms…1 h, default 2 s.
  public var connectTimeout = Duration.seconds(2)
  /// A connection on which a reply is this late is given up: 1 ms…1 h, default 5 s.
  public var stallTimeout = Duration.seconds(5)
  /// The most commands under way on one connection; more are refused at once: 1…1,000,000, default 10,000.
  ///
  /// Commands in a row are taken or refused together; where nothing else is under way they are taken, however many.
  /// While a connection is being opened, so many calls may wait for it.
  public var maxInFlight = 10_000
  /// The most bytes of commands under way on one connection: default 64 MiB.
  public var maxInFlightBytes = 64 << 20
  /// How much of an answer is believed.
  public var limits = RESPLimits()
  /// Whether the newer protocol is asked for; the older is used where the server has no other.
  ///
  /// Default true.
  public var prefersRESP3 = true

  /// Describes a server without encryption and credentials.
  public init(host: String = "127.0.0.1", port: Int = 6379) {
    self.host = host
    self.port = port
  }

  /// The server as errors name it: `host:port`.
  public var server: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }

  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
      if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
    }
    let times = Duration.milliseconds(1)...Duration.seconds(3_600)
    require(!self.host.isEmpty, "host", "nothing", "a name or an address")
    require((1...65_535).contains(self.port), "port", self.port, "1…65,535")
    require((0...65_535).contains(self.database), "database", self.database, "0…65,535")
    require((1...64).contains(self.connections), "connections", self.connections, "1…64")
    require(times.contains(self.timeout), "timeout", self.timeout, "1 ms…1 h")
    require(times.contains(self.connectTimeout), "connectTimeout", self.connectTimeout, "1 ms…1 h")
    require(times.contains(self.stallTimeout), "stallTimeout", self.stallTimeout, "1 ms…1 h")
    require((1...1_000_000).contains(self.maxInFlight), "maxInFlight", self.maxInFlight, "1…1,000,000")
    require(self.maxInFlightBytes > 0, "maxInFlightBytes", self.maxInFlightBytes, "more than 0")
    require(self.user == nil || self.password != nil, "user", "a user without a password", "both, or a password alone")
    let name = self.clientName
    require(
      !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "clientName", name,
      "printable ASCII without spaces")
    if let tls {
      require(
        (tls.certificateFile == nil) == (tls.privateKeyFile == nil), "tls", "one of certificate and key",
        "both or neither")
    }
    return problems
  }
}

extension RedisConfiguration: CustomStringConvertible, CustomReflectable {
  /// The URL without credentials.
  public var description: String {
    "\(self.tls == nil ? "redis" : "rediss")://\(self.server)\(self.database == 0 ? "" : "/\(self.database)")"
  }

  /// Shows what `description` shows.
  public var customMirror: Mirror { Mirror(self, children: ["url": self.description]) }
}
