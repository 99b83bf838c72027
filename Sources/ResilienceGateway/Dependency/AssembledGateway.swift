public import NIOCore
internal import NIOHTTP1
internal import Resilience
public import ResilienceConfiguration
public import ResilienceInterfaces
public import ResilienceTelemetry

/// A data plane put together from a configuration: dependencies, their transports, and the servers' settings.
public struct AssembledGateway: Sendable {
  /// Answers requests.
  public let service: GatewayService
  private let configuration: ServiceConfiguration
  private let transports: [NIOUpstreamTransport]

  /// Puts everything together; listens nowhere yet.
  ///
  /// - Parameters:
  ///   - configuration: The whole file.
  ///   - metrics: Where calls are counted.
  ///   - feed: Where operators are told what policies decide.
  ///   - examplePort: Where the built-in upstreams listen, if they do.
  ///   - group: The event loops of servers and upstream connections.
  ///   - tracer: Makes spans; nil: nothing is traced.
  /// - Throws: What is wrong with a policy, a metric's name or a file for TLS.
  public init(
    _ configuration: ServiceConfiguration, metrics: GatewayMetrics, feed: ControlEventFeed, examplePort: Int?,
    group: any EventLoopGroup, tracer: SpanTracer? = nil
  ) throws {
    let shared = try NIOUpstreamTransport(group: group)
    let observer = PolicyEvents(metrics: metrics, feed: feed)
    var transports = [shared]
    var dependencies: [Dependency] = []
    for dependency in configuration.dependencies {
      var transport = shared
      if let tls = dependency.tls {
        transport = try NIOUpstreamTransport(configuration: Self.upstream(tls), group: group)
        transports.append(transport)
      }
      dependencies.append(
        try Dependency(
          dependency, at: Self.location(dependency.url, examplePort), transport: transport,
          metrics: DependencyMetrics(dependency.name, in: metrics), observer: observer))
    }
    let via = String(Runtime.live.random() & 0xFFFF_FFFF, radix: 16)
    self.service = GatewayService(
      GatewaySettings(configuration, viaName: "resilience-\(via)", tracer: tracer), dependencies: dependencies)
    self.configuration = configuration
    self.transports = transports
  }

  /// The servers: the gateway's own port first, then those of single dependencies.
  public func servers(group: any EventLoopGroup) -> [GatewayServer] {
    let answer: @Sendable (GatewayRejection) -> (HTTPResponseHead, ByteBuffer) = { [service] in service.answer(to: $0) }
    let listen = self.configuration.gateway.listen
    var servers = [
      GatewayServer(
        configuration: self.server(listen), group: group, handler: self.service, malformed: answer)
    ]
    for dependency in self.service.dependencies {
      guard let own = dependency.configuration.listen else { continue }
      servers.append(
        GatewayServer(
          configuration: self.server(own), group: group, handler: self.service.handler(of: dependency),
          malformed: answer))
    }
    return servers
  }

  /// Closes the connections to upstreams.
  public func shutdown() async {
    for transport in self.transports { await transport.shutdown() }
  }

  private func server(_ listen: ListenAddress) -> GatewayServerConfiguration {
    let limits = self.configuration.gateway.limits
    var server = GatewayServerConfiguration(host: listen.host, port: listen.port)
    server.maxHeadBytes = limits.maxHeadBytes
    server.maxHeaderCount = limits.maxHeaderCount
    server.maxBodyBytes = limits.maxBodyBytes
    server.headTimeout = limits.headTimeout
    server.idleTimeout = limits.idleTimeout
    server.bodyIdleTimeout = limits.bodyIdleTimeout
    server.maxConnections = limits.maxConnections
    if let tls = self.configuration.gateway.tls {
      server.tls = .init(certificateChainFile: tls.certificateFile, privateKeyFile: tls.keyFile)
    }
    return server
  }

  private static func upstream(_ tls: ClientTLSConfiguration) -> UpstreamConfiguration {
    var configuration = UpstreamConfiguration()
    configuration.tls = .init(
      authorityFile: tls.caFile, certificateChainFile: tls.certificateFile, privateKeyFile: tls.keyFile,
      serverName: tls.serverName)
    return configuration
  }

  private static func location(_ location: UpstreamLocation, _ examplePort: Int?) -> UpstreamURL {
    switch location {
    case .http(let url): url
    case .example(let name):
      UpstreamURL(scheme: .http, host: "127.0.0.1", port: examplePort ?? 0, path: "/\(name)")
    }
  }
}
