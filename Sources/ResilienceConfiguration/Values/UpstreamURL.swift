/// The parts of a dependency's URL: scheme, host, port and the path that every request's path is appended to.
public struct UpstreamURL: Sendable, Hashable, CustomStringConvertible {
  /// What is spoken to the dependency.
  public enum Scheme: String, Sendable, Hashable {
    /// HTTP without encryption, port 80 unless given.
    case http
    /// HTTP over TLS, port 443 unless given.
    case https
  }

  /// What is spoken to the dependency.
  public var scheme: Scheme
  /// A host name or an IP address (IPv6 without brackets).
  public var host: String
  /// The port, the scheme's own where the URL has none.
  public var port: Int
  /// The base path without a trailing slash: empty, or `/v1`.
  public var path: String

  /// Makes a URL of its parts, unchecked.
  public init(scheme: Scheme, host: String, port: Int? = nil, path: String = "") {
    self.scheme = scheme
    self.host = host
    self.port = port ?? (scheme == .https ? 443 : 80)
    self.path = path
  }

  /// The host and, where it is not the scheme's own, the port: the `Host` header.
  public var authority: String {
    let shown = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == .https ? 443 : 80) ? shown : "\(shown):\(port)"
  }

  /// The URL as it would be written in a file.
  public var description: String { "\(scheme.rawValue)://\(authority)\(path)" }
}
