internal import NIOCore
internal import ResilienceConfiguration
internal import ResilienceHealth
internal import ResilienceNetworkChecks
internal import ResilienceSQLite

/// Makes the checks that a configuration describes.
enum CheckFactory {
  /// - Parameters:
  ///   - target: What is looked at.
  ///   - group: The program's event loops.
  /// - Throws: `CheckFailure` for a URL that cannot be used.
  static func make(_ target: HealthCheckTarget, group: any EventLoopGroup) throws -> any HealthCheck {
    switch target {
    case .http(let url, let slowFrom, let tls):
      return try HTTPCheck(url.description, slowFrom: slowFrom, tls: self.tls(tls))
    case .tcp(let server): return TCPCheck(host: server.host, port: server.port)
    case .dns(let name): return DNSCheck(name)
    case .tls(let server, let warnDays, let failDays):
      return TLSCheck(host: server.host, port: server.port, warnFrom: warnDays ?? 21, failFrom: failDays ?? 3)
    case .redis(let server):
      return RedisCheck(
        host: server.host, port: server.port, user: server.user, password: server.password?.value)
    case .postgresql(let server):
      return PostgreSQLCheck(
        host: server.host, port: server.port, user: server.user ?? "postgres", database: server.name ?? "postgres")
    case .grpc(let server):
      return GRPCHealthCheck(host: server.host, port: server.port, service: server.name ?? "")
    case .sqlite(let path, let isDeep, let writes): return SQLiteCheck(path: path, isDeep: isDeep, writes: writes)
    case .disk(let path, let warnBelow, let failBelow):
      return DiskCheck(path, warnBelow: warnBelow ?? 0.1, failBelow: failBelow ?? 0.02)
    case .memory(let warnBelow, let failBelow):
      return MemoryCheck(warnBelow: warnBelow ?? 0.1, failBelow: failBelow ?? 0.03)
    case .eventLoop(let warnFrom, let failFrom):
      return EventLoopLagCheck(group, warnFrom: warnFrom ?? .milliseconds(50), failFrom: failFrom ?? .seconds(1))
    }
  }

  private static func tls(_ settings: ClientTLSConfiguration?) -> CheckTLS {
    CheckTLS(
      authorityFile: settings?.caFile, certificateFile: settings?.certificateFile, keyFile: settings?.keyFile,
      serverName: settings?.serverName)
  }
}
