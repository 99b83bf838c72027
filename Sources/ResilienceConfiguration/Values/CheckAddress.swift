/// What a health check's `url` names.
public enum CheckAddress: Sendable, Hashable, CustomStringConvertible {
  /// `http://…` or `https://…`.
  case http(UpstreamURL)
  /// `tcp://HOST:PORT`.
  case tcp(CheckServer)
  /// `dns:NAME`.
  case dns(String)
  /// `tls://HOST[:PORT]`.
  case tls(CheckServer)
  /// `redis://[[USER]:PASSWORD@]HOST[:PORT]`.
  case redis(CheckServer)
  /// `postgresql://[USER@]HOST[:PORT][/DATABASE]`.
  case postgresql(CheckServer)
  /// `grpc://HOST:PORT[/SERVICE]`.
  case grpc(CheckServer)
  /// `sqlite:FILE`.
  case sqlite(String)

  /// What kind of check the URL stands for.
  public var kind: HealthCheckConfiguration.Kind {
    switch self {
    case .http: .http
    case .tcp: .tcp
    case .dns: .dns
    case .tls: .tls
    case .redis: .redis
    case .postgresql: .postgresql
    case .grpc: .grpc
    case .sqlite: .sqlite
    }
  }

  /// The URL as it would be written in a file, without user and password.
  public var description: String {
    switch self {
    case .http(let url): url.description
    case .tcp(let server): "tcp://\(server.address)"
    case .dns(let name): "dns:\(name)"
    case .tls(let server): "tls://\(server.address)"
    case .redis(let server): "redis://\(server.address)"
    case .postgresql(let server): "postgresql://\(server.address)" + (server.name.map { "/\($0)" } ?? "")
    case .grpc(let server): "grpc://\(server.address)" + (server.name.map { "/\($0)" } ?? "")
    case .sqlite(let path): "sqlite:\(path)"
    }
  }
}
