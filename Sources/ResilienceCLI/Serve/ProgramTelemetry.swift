internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ResilienceConfiguration
internal import ResilienceGateway
internal import ResilienceInterfaces
internal import ResilienceTelemetry
internal import ServiceLifecycle

/// Where the program's metrics, spans and log records go: always to `/metrics` and standard error, and to a collector
/// where one is configured.
///
/// The collector is talked to from a thread of its own, so that it cannot hold up the data plane.
struct ProgramTelemetry: Service {
  /// How long the end of the program waits for what is still to be sent.
  static let flushLimit = Duration.seconds(5)

  let registry = MetricRegistry()
  let tracer: SpanTracer?
  private let exporter: TelemetryExporter?
  private let group: MultiThreadedEventLoopGroup?
  private let transport: NIOUpstreamTransport?

  init(_ configuration: ServiceConfiguration) throws {
    let settings = configuration.telemetry
    guard let endpoint = settings.otlp.endpoint else {
      self.tracer = nil
      self.exporter = nil
      self.group = nil
      self.transport = nil
      return
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let transport = try NIOUpstreamTransport(
      configuration: UpstreamConfiguration(settings.otlp.tls), group: group)
    let exporter = try TelemetryExporter(
      OTLPConfiguration(
        signals: Self.signals(settings.otlp), interval: settings.otlp.interval, maxQueue: settings.otlp.maxQueue,
        timeout: settings.otlp.timeout),
      resource: Self.resource(configuration), registry: self.registry,
      transport: CollectorTransport(endpoint: endpoint, headers: settings.otlp.headers, transport: transport),
      log: Logger(label: "resilience.telemetry") { label in
        // Not to the collector: what cannot be sent must not tell of itself there.
        JSONLogHandler(label: label)
      })
    self.tracer =
      settings.otlp.traces ? SpanTracer(sink: exporter, sampling: Sampling(ratio: settings.sampling)) : nil
    self.exporter = exporter
    self.group = group
    self.transport = transport
  }

  /// Makes this the process's backend of logs and of other libraries' metrics; to be called once, before anything logs.
  func bootstrap(_ level: Logger.Level) throws {
    try MetricsBridge(self.registry).bootstrap()
    LoggingSystem.bootstrap(
      { [exporter] label, provider in
        var json = JSONLogHandler(label: label, metadataProvider: provider)
        json.logLevel = level
        guard let exporter else { return json }
        var sent = ExportingLogHandler(label: label, exporter: exporter, metadataProvider: provider)
        sent.logLevel = level
        return MultiplexLogHandler([json, sent])
      }, metadataProvider: .request)
  }

  /// Sends until the program ends.
  func run() async throws {
    guard let exporter else {
      try? await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown { await exporter.run() }
  }

  /// Sends what is left, and closes the connections.
  func end() async {
    await self.exporter?.flush(within: Self.flushLimit)
    await self.transport?.shutdown()
    try? await self.group?.shutdownGracefully()
  }

  private static func signals(_ settings: OTLPExportConfiguration) -> Set<OTLPSignal> {
    var signals: Set<OTLPSignal> = []
    if settings.traces { signals.insert(.traces) }
    if settings.metrics { signals.insert(.metrics) }
    if settings.logs { signals.insert(.logs) }
    return signals
  }

  private static func resource(_ configuration: ServiceConfiguration) -> TelemetryResource {
    let given = configuration.telemetry.resource.flatMap { KeyValueList.parse($0) } ?? []
    return TelemetryResource(
      service: configuration.telemetry.serviceName ?? configuration.service, version: BuildVersion.text,
      instance: UUID().uuidString.lowercased(),
      attributes: TelemetryAttributes(given.map { ($0.key, .string($0.value)) }))
  }
}
