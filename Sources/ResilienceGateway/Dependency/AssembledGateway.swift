public import NIOCore
internal import NIOHTTP1
internal import Resilience
public import ResilienceConfiguration
public import ResilienceInterfaces
public import ResilienceTelemetry

/// A data plane put together from a configuration: dependencies, their transports, and the servers' settings.
///
/// Another configuration can be put in force while calls go on: `prepare` makes everything new, or throws and has
/// changed nothing; `commit` puts it in force at once.
public final class AssembledGateway: Sendable {
  private struct State {
    var configuration: ServiceConfiguration
    var transports: [String: DependencyTransport]
    var shared = SharedPolicies()
    var retired: [DependencyTransport.Retired] = []
  }

  /// Answers requests.
  public let service: GatewayService
  /// Modes, toggles, notices and reviews.
  public let degradation: GatewayDegradation
  let metrics: GatewayMetrics
  let observer: PolicyEvents
  private let viaName: String
  private let tracer: SpanTracer?
  private let queues: GatewayQueues?
  private let permits: SharedPolicies.Permits?
  private let responses: (any KeyValueStore)?
  private let examplePort: Int?
  private let group: any EventLoopGroup
  private let shared: NIOUpstreamTransport
  private let state: Lock<State>

  /// Puts everything together; listens nowhere yet.
  ///
  /// - Parameters:
  ///   - configuration: The whole file.
  ///   - metrics: Where calls are counted.
  ///   - feed: Where operators are told what policies decide.
  ///   - examplePort: Where the built-in upstreams listen, if they do.
  ///   - group: The event loops of servers and upstream connections.
  ///   - tracer: Makes spans; nil: nothing is traced.
  ///   - queues: Where requests wait for their dependency; nil: nothing is kept.
  ///   - reviews: Where requests for review are kept; nil where nothing keeps them.
  ///   - permits: Who makes permits that all instances of the service share; nil where nobody does.
  ///   - responses: Where all instances of the service share the last good answers; nil where they share none.
  /// - Throws: What is wrong with a policy, a metric's name or a file for TLS.
  public init(
    _ configuration: ServiceConfiguration, metrics: GatewayMetrics, feed: ControlEventFeed, examplePort: Int?,
    group: any EventLoopGroup, tracer: SpanTracer? = nil, queues: GatewayQueues? = nil,
    reviews: (any ReviewStore)? = nil, permits: SharedPolicies.Permits? = nil,
    responses: (any KeyValueStore)? = nil
  ) throws {
    let degradation = GatewayDegradation(
      configuration, reviews: reviews, clock: .system, metrics: try DegradationMetrics(in: metrics))
    self.degradation = degradation
    self.viaName = "resilience-\(String(Runtime.live.random() & 0xFFFF_FFFF, radix: 16))"
    self.shared = try NIOUpstreamTransport(group: group)
    self.metrics = metrics
    self.observer = PolicyEvents(metrics: metrics, feed: feed)
    self.tracer = tracer
    self.queues = queues
    self.permits = permits
    self.responses = responses
    self.examplePort = examplePort
    self.group = group
    self.state = Lock(State(configuration: configuration, transports: [:]))
    self.service = GatewayService(
      DependencyTable(
        GatewaySettings(
          configuration, viaName: self.viaName, tracer: tracer, queues: queues, degradation: degradation), []))
    self.commit(try self.prepare(configuration))
  }

  /// What is in force.
  public var configuration: ServiceConfiguration { self.state.withLock { $0.configuration } }

  /// Makes everything that a configuration needs and that is not there yet; nothing is in force before `commit`.
  ///
  /// - Throws: What is wrong with a policy, a metric's name or a file for TLS.
  func prepare(_ configuration: ServiceConfiguration) throws -> PreparedGateway {
    let table = self.service.table.current
    let (known, former) = self.state.withLock { ($0.transports, $0.shared) }
    var transports = known
    let shared = SharedPolicies(configuration, observer: self.observer, keeping: former, permits: self.permits)
    var dependencies: [Dependency] = []
    for settings in configuration.dependencies {
      let former = table[settings.name]
      let transport = try DependencyTransport.choose(
        for: settings, keeping: transports[settings.name], shared: self.shared, group: self.group)
      transports[settings.name] = transport
      if let former, former.configuration == settings, former.policies.isCurrent(sharing: shared),
        former.transport as? NIOUpstreamTransport === transport.transport
      {
        dependencies.append(former)
        continue
      }
      dependencies.append(
        try Dependency(
          settings, at: Self.location(settings.url, self.examplePort), transport: transport.transport,
          metrics: former?.metrics ?? DependencyMetrics(settings.name, in: self.metrics), sharing: shared,
          responses: self.responses, observer: self.observer, keeping: former))
    }
    let names = Set(configuration.dependencies.map(\.name))
    return PreparedGateway(
      configuration: configuration, dependencies: dependencies,
      transports: transports.filter { names.contains($0.key) }, shared: shared,
      added: dependencies.filter { dependency in
        dependency.breaker != nil && table[dependency.name]?.breaker !== dependency.breaker
      })
  }

  /// Puts what was prepared in force; calls under way end by what they began with.
  func commit(_ prepared: PreparedGateway) {
    let former = self.service.table.current
    prepared.shared.takeEffect()
    for dependency in prepared.dependencies where former[dependency.name] !== dependency { dependency.takeEffect() }
    self.service.table.replace(
      GatewaySettings(
        prepared.configuration, viaName: self.viaName, tracer: self.tracer, queues: self.queues,
        degradation: self.degradation), prepared.dependencies)
    self.degradation.replace(prepared.configuration)
    self.state.withLock { state in
      for (name, transport) in state.transports {
        guard transport.isOwn, prepared.transports[name]?.transport !== transport.transport else { continue }
        state.retired.append(.init(dependency: former[name], transport: transport.transport))
      }
      state.configuration = prepared.configuration
      state.transports = prepared.transports
      state.shared = prepared.shared
    }
    let names = Set(prepared.dependencies.map(\.name))
    for dependency in former.dependencies where !names.contains(dependency.name) {
      self.metrics.forgetGauges(of: dependency.name)
    }
  }

  /// Closes the connections of transports that no call uses any more; returns how many are still in use.
  @discardableResult
  public func closeRetiredTransports() async -> Int {
    let idle = self.state.withLock { state in
      let idle = state.retired.filter { $0.dependency == nil }.map(\.transport)
      state.retired.removeAll { $0.dependency == nil }
      return idle
    }
    for transport in idle { await transport.shutdown() }
    return self.state.withLock { $0.retired.count }
  }

  /// The servers: the gateway's own port first, then those of single dependencies.
  public func servers(group: any EventLoopGroup) -> [GatewayServer] {
    let answer: @Sendable (GatewayRejection) -> (HTTPResponseHead, ByteBuffer) = { [service] in service.answer(to: $0) }
    let configuration = self.configuration
    var servers = [
      GatewayServer(
        configuration: Self.server(configuration.gateway.listen, configuration.gateway), group: group,
        handler: self.service, malformed: answer)
    ]
    for dependency in configuration.dependencies {
      guard let own = dependency.listen else { continue }
      servers.append(
        GatewayServer(
          configuration: Self.server(own, configuration.gateway), group: group,
          handler: self.service.handler(ofDependency: dependency.name), malformed: answer))
    }
    return servers
  }

  /// Closes the connections to upstreams.
  public func shutdown() async {
    await self.shared.shutdown()
    let own = self.state.withLock { state in
      state.transports.values.filter(\.isOwn).map(\.transport) + state.retired.map(\.transport)
    }
    for transport in own { await transport.shutdown() }
  }

  private static func server(_ listen: ListenAddress, _ gateway: GatewayConfiguration) -> GatewayServerConfiguration {
    let limits = gateway.limits
    var server = GatewayServerConfiguration(host: listen.host, port: listen.port)
    server.maxHeadBytes = limits.maxHeadBytes
    server.maxHeaderCount = limits.maxHeaderCount
    server.maxBodyBytes = limits.maxBodyBytes
    server.headTimeout = limits.headTimeout
    server.idleTimeout = limits.idleTimeout
    server.bodyIdleTimeout = limits.bodyIdleTimeout
    server.maxConnections = limits.maxConnections
    if let tls = gateway.tls {
      server.tls = .init(certificateChainFile: tls.certificateFile, privateKeyFile: tls.keyFile)
    }
    return server
  }

  private static func location(_ location: UpstreamLocation, _ examplePort: Int?) -> UpstreamURL {
    switch location {
    case .http(let url): url
    case .example(let name):
      UpstreamURL(scheme: .http, host: "127.0.0.1", port: examplePort ?? 0, path: "/\(name)")
    }
  }
}
