/// What a check looks at, with everything that it needs to do so.
///
/// Two checks with the same target and schedule are the same check.
public enum HealthCheckTarget: Sendable, Hashable {
  /// GET of a URL; degraded from so slow on.
  case http(UpstreamURL, slowFrom: Duration?, tls: ClientTLSConfiguration?)
  /// Connects.
  case tcp(CheckServer)
  /// Resolves a name.
  case dns(String)
  /// Looks at a certificate's end.
  case tls(CheckServer, warnDays: Double?, failDays: Double?)
  /// PING.
  case redis(CheckServer)
  /// Greets.
  case postgresql(CheckServer)
  /// Asks by gRPC's health checking protocol.
  case grpc(CheckServer)
  /// Opens a file; reads all of it, writes into it.
  case sqlite(path: String, isDeep: Bool, writes: Bool)
  /// Looks how much room is left.
  case disk(path: String, warnBelow: Double?, failBelow: Double?)
  /// Looks how much memory is left.
  case memory(warnBelow: Double?, failBelow: Double?)
  /// Looks how late event loops begin.
  case eventLoop(warnFrom: Duration?, failFrom: Duration?)
}

extension HealthCheckTarget: CustomStringConvertible {
  /// What it does, in a few words, without user and password.
  public var description: String {
    switch self {
    case .http(let url, _, _): "GET \(url)"
    case .tcp(let server): "connect to \(server.address)"
    case .dns(let name): "resolve \(name)"
    case .tls(let server, _, _): "certificate of \(server.address)"
    case .redis(let server): "Redis PING at \(server.address)"
    case .postgresql(let server): "PostgreSQL at \(server.address)"
    case .grpc(let server): "gRPC health at \(server.address)" + (server.name.map { "/\($0)" } ?? "")
    case .sqlite(let path, _, _): "SQLite file \(path)"
    case .disk(let path, _, _): "room at \(path)"
    case .memory: "memory"
    case .eventLoop: "event-loop lag"
    }
  }
}

extension HealthCheckConfiguration {
  /// What the check looks at; nil if there is no check.
  ///
  /// - Parameters:
  ///   - location: Where the dependency is, for checks without a URL of their own; nil if it is not called.
  ///   - tls: How TLS is spoken to the dependency.
  public func target(at location: UpstreamURL?, tls: ClientTLSConfiguration? = nil) -> HealthCheckTarget? {
    guard self.isEnabled, let kind = self.effectiveKind else { return nil }
    switch kind {
    case .disk: return .disk(path: self.path ?? ".", warnBelow: self.warnBelow, failBelow: self.failBelow)
    case .memory: return .memory(warnBelow: self.warnBelow, failBelow: self.failBelow)
    case .eventLoop: return .eventLoop(warnFrom: self.warnFrom, failFrom: self.failFrom)
    case .http, .tcp, .dns, .tls, .redis, .postgresql, .grpc, .sqlite: break
    }
    switch self.url {
    case nil: return location.flatMap { self.target(kind, $0, tls) }
    case .http(let url)?: return self.target(kind, url, nil)
    case .tcp(let server)?: return .tcp(server)
    case .dns(let name)?: return .dns(name)
    case .tls(let server)?: return self.certificate(of: server)
    case .redis(let server)?: return self.isDeep ? .redis(server) : .tcp(Self.bare(server))
    case .postgresql(let server)?: return self.isDeep ? .postgresql(server) : .tcp(Self.bare(server))
    case .grpc(let server)?: return self.isDeep ? .grpc(server) : .tcp(Self.bare(server))
    case .sqlite(let path)?: return .sqlite(path: path, isDeep: self.isDeep, writes: self.isDeep && self.writes)
    }
  }

  /// A check of what stands behind a URL.
  private func target(_ kind: Kind, _ url: UpstreamURL, _ tls: ClientTLSConfiguration?) -> HealthCheckTarget? {
    let server = CheckServer(host: url.host, port: url.port)
    switch kind {
    case .http:
      guard self.isDeep else { return .tcp(server) }
      var url = url
      if let path = self.path { url.path += path }
      return .http(url, slowFrom: self.slowFrom, tls: tls)
    case .tcp: return .tcp(server)
    case .dns: return .dns(url.host)
    case .tls: return self.certificate(of: server)
    case .grpc: return self.isDeep ? .grpc(server) : .tcp(server)
    case .redis, .postgresql, .sqlite, .disk, .memory, .eventLoop: return nil
    }
  }

  private func certificate(of server: CheckServer) -> HealthCheckTarget {
    .tls(server, warnDays: self.warnDays, failDays: self.failDays)
  }

  private static func bare(_ server: CheckServer) -> CheckServer { CheckServer(host: server.host, port: server.port) }
}
