/// Where an upstream listens: what connections are pooled by.
public struct UpstreamOrigin: Hashable, Sendable {
  /// How to talk to it.
  public enum Scheme: String, Hashable, Sendable {
    /// Plain TCP.
    case http
    /// TLS.
    case https

    /// The port that a URL of this scheme means when it names none.
    public var defaultPort: Int { self == .http ? 80 : 443 }
  }

  /// How to talk to it.
  public var scheme: Scheme
  /// A name or an IP address; an IPv6 address without brackets.
  public var host: String
  /// The TCP port.
  public var port: Int

  /// Makes an origin; without a port it is the scheme's own.
  public init(scheme: Scheme, host: String, port: Int? = nil) {
    self.scheme = scheme
    self.host = host
    self.port = port ?? scheme.defaultPort
  }

  /// What to send as `Host` to this origin.
  public var authority: String {
    let host = self.host.contains(":") ? "[\(self.host)]" : self.host
    return self.port == self.scheme.defaultPort ? host : "\(host):\(self.port)"
  }
}
