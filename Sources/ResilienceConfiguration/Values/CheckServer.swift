/// A server that is checked: where it listens, and as whom and for what it is asked.
public struct CheckServer: Sendable, Hashable {
  /// A host name or an IP address (IPv6 without brackets).
  public var host: String
  /// The port.
  public var port: Int
  /// As whom it is asked; nil for the check's own default.
  public var user: String?
  /// The password, where the check sends one.
  public var password: Secret?
  /// What is asked for there: PostgreSQL's database, gRPC's service; nil for the check's own default.
  public var name: String?

  /// Describes a server.
  public init(host: String, port: Int, user: String? = nil, password: Secret? = nil, name: String? = nil) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.name = name
  }

  /// Host and port, IPv6 in brackets; never user or password.
  public var address: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }
}
