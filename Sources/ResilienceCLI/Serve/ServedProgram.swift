internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ResilienceConfiguration
internal import ResilienceGateway
internal import ResilienceHummingbird
internal import ResilienceInterfaces
internal import ResilienceTelemetry
internal import ServiceLifecycle
internal import UnixSignals

/// Everything that `resilience serve` runs, put together once.
struct ServedProgram {
  private let configuration: ServiceConfiguration
  private let isExample: Bool
  private let telemetry: ProgramTelemetry
  private let log: Logger
  private let group: MultiThreadedEventLoopGroup
  private let examples: ExampleUpstreams?
  private let gateway: AssembledGateway
  private let health: GatewayHealth
  private let control: GatewayControlPlane
  private let queues: GatewayQueues
  private let healing: GatewayHealing
  private let watch: ConfigurationWatch
  private let store: Storage
  private let sharing: BreakerSharing?
  private let sessions: KeptSessions?

  /// Puts everything together.
  ///
  /// - Parameters:
  ///   - file: Where the configuration comes from.
  ///   - text: What stands there.
  ///   - loaded: What was made of it.
  ///   - telemetry: Where metrics, spans and log records go.
  ///   - log: Where the program says what it does.
  init(
    _ file: ConfigurationFile, text: String, _ loaded: LoadedConfiguration, telemetry: ProgramTelemetry, log: Logger
  ) async throws {
    let store = try await Storage.open(
      loaded.configuration.storage.url, service: loaded.configuration.service,
      instance: Storage.instance(at: loaded.configuration.operations.listen), log: log)
    self.store = store
    let start = try await Self.start(file, text, loaded, store.control, log)
    let configuration = start.loaded.configuration
    self.configuration = configuration
    self.isExample = file.path == nil
    self.telemetry = telemetry
    self.log = log
    self.group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    let metrics = try GatewayMetrics(service: configuration.service, registry: telemetry.registry)
    let feed = ControlEventFeed()
    self.queues = GatewayQueues(
      store: store.queue, encryptionKey: configuration.storage.encryptionKey?.value, feed: feed, metrics: metrics)
    self.examples = Self.examples(configuration)
    let examplePort = try await self.examples?.start(on: self.group)
    self.gateway = try AssembledGateway(
      configuration, metrics: metrics, feed: feed, examplePort: examplePort, group: self.group,
      tracer: telemetry.tracer, queues: self.queues, reviews: store.reviews,
      permits: SharedLimits.maker(store.client, service: configuration.service, log: log), responses: store.responses)
    let group = self.group
    self.health = try GatewayHealth(of: self.gateway, feed: feed) { try CheckFactory.make($0, group: group) }
    self.control = GatewayControlPlane(
      service: configuration.service, table: self.gateway.service.table, metrics: metrics, store: store.control,
      feed: feed, examples: self.examples, queues: self.queues, health: self.health)
    let table = self.gateway.service.table
    let observer = PolicyEvents(metrics: metrics, feed: feed)
    self.sharing = store.exchange.map { exchange in
      BreakerSharing(sharer: SharedCircuitBreakers(exchange, observer: observer), table: table)
    }
    self.sessions = try await KeptSessions.open(
      configuration, audit: store.control, observer: observer, feed: feed, registry: telemetry.registry, log: log)
    let reloader = try ConfigurationReloader(
      gateway: self.gateway, control: self.control, file: file.path, start: start,
      examples: Set(self.examples?.all.map(\.name) ?? []), load: file.load)
    let healing = try GatewayHealing(
      gateway: self.gateway, control: self.control, store: store.healing, feed: feed, metrics: metrics,
      group: self.group, environment: ProcessInfo.processInfo.environment)
    self.healing = healing
    await reloader.follow { healing.apply($0) }
    self.watch = ConfigurationWatch(
      file: file, reloader: reloader,
      shared: store.exchange == nil ? nil : store.control as? any SettingStore)
    do throws(ControlStoreFailure) {
      try await self.control.restoreOverrides()
      try await self.control.restoreDecisions()
    } catch {
      throw StartFailure("storage: the operators' decisions cannot be read: \(error)")
    }
  }

  /// The file's configuration, and above it what operators had decided before.
  private static func start(
    _ file: ConfigurationFile, _ text: String, _ loaded: LoadedConfiguration, _ store: any ControlStore, _ log: Logger
  ) async throws -> StartConfiguration {
    do throws(ControlStoreFailure) {
      let start = try await StartConfiguration(
        text: text, loaded, from: store as? any SettingStore, load: file.load)
      for note in start.loaded.notes { log.notice("\(note.text)") }
      for problem in start.problems { log.error("settings of operators are not in force: \(problem)") }
      return start
    } catch {
      throw StartFailure("storage: the operators' settings cannot be read: \(error)")
    }
  }

  /// Serves until SIGINT or SIGTERM.
  func run() async throws {
    // Services stop in reverse order: the operations server can be asked until the end.
    var services: [any Service] = [
      self.telemetry, try self.operationsServer(), ControlWatch(control: self.control), self.watch,
      HealthService(health: self.health), HealingService(healing: self.healing),
    ]
    let wait = self.configuration.health.isEnabled ? self.configuration.health.waitForHealthy : nil
    let sending = try NoticeSending(self.gateway, group: self.group)
    services.append(NoticeDelivery(sending: sending))
    let listeners = GatewayListeners(
      servers: self.gateway.servers(group: self.group), control: self.control,
      gracePeriod: self.configuration.gateway.shutdownGracePeriod,
      startUp: wait.map { HealthyStart(monitor: self.health.monitor, limit: $0) }, onListening: self.announce)
    if wait == nil { try await listeners.listen() }
    services.append(
      QueueDelivery(
        queues: self.queues, table: self.gateway.service.table,
        gracePeriod: self.configuration.gateway.shutdownGracePeriod))
    services.append(listeners)
    if let sharing { services.append(sharing) }
    if let sessions { services.append(sessions) }
    if self.isExample { services.append(ExampleVisitors(configuration: self.configuration, group: self.group)) }
    var log = self.log
    log.logLevel = max(log.logLevel, .info)  // below that it writes out everything that a service holds
    var lifecycle = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigint, .sigterm], logger: log)
    // Listeners and queues have a grace period each; what has not ended by then is cancelled.
    lifecycle.maximumGracefulShutdownDuration = self.configuration.gateway.shutdownGracePeriod * 2 + .seconds(10)
    let result: Result<Void, any Error>
    do {
      try await ServiceGroup(configuration: lifecycle).run()
      result = .success(())
    } catch is CancellationError {
      self.log.warning("the shutdown took too long: what was still under way was cancelled")
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await self.close()
    try result.get()
  }

  /// Ends what all services have used, whichever way they ended.
  private func close() async {
    await self.telemetry.end()
    await self.healing.shutdown()
    await self.gateway.shutdown()
    await self.sessions?.close()
    await self.store.close()
    await self.examples?.stop()
    try? await self.group.shutdownGracefully()
  }

  private func operationsServer() throws -> OperationsServer {
    let settings = self.configuration.operations
    var operators = settings.operators.map {
      OperationsOperator(
        name: $0.name, token: $0.token.value, role: OperationsOperator.Role(rawValue: $0.role.rawValue) ?? .viewer)
    }
    if let token = settings.token {
      operators.append(OperationsOperator(name: "token", token: token.value, role: .admin))
    }
    return try OperationsServer(
      configuration: .init(
        host: settings.listen.host, port: settings.listen.port, operators: operators, version: BuildVersion.text,
        codePrefix: self.configuration.errors.codePrefix),
      plane: self.control, sessions: self.sessions?.served, logger: self.log,
      onListening: { port in
        Announcement.print("console:  http://\(ListenAddress(host: settings.listen.host, port: port))/")
      })
  }

  /// Where the gateway is, and what to try first.
  private func announce(_ port: Int) {
    let scheme = self.configuration.gateway.tls == nil ? "http" : "https"
    let address = "\(scheme)://\(ListenAddress(host: self.configuration.gateway.listen.host, port: port))"
    Announcement.print("gateway:  \(address)/")
    if let first = self.configuration.dependencies.first {
      Announcement.print("try:      curl -i \(address)/\(first.name)/")
    }
  }

  /// The built-in upstreams that the configuration names.
  private static func examples(_ configuration: ServiceConfiguration) -> ExampleUpstreams? {
    let named = configuration.dependencies.compactMap { dependency -> (name: String, dependency: String)? in
      guard case .example(let name) = dependency.url else { return nil }
      return (name, dependency.name)
    }
    let upstreams = Dictionary(named.map { ($0.dependency, $0.name) }, uniquingKeysWith: { first, _ in first })
    var needs: [String: [String]] = [:]
    for dependency in configuration.dependencies {
      guard let name = upstreams[dependency.name] else { continue }
      needs[name] = dependency.dependsOn.compactMap { upstreams[$0] }.filter { $0 != name }
    }
    return named.isEmpty ? nil : ExampleUpstreams(named, needs: needs)
  }
}
