public import ResilienceConfiguration
public import ResilienceTelemetry

/// What every call through the gateway shares.
public struct GatewaySettings: Sendable {
  /// The service's name in metrics and logs.
  public let service: String
  /// What error codes begin with.
  public let codePrefix: String
  /// Peers whose forwarding fields are believed.
  public let trustedProxies: [AddressRange]
  /// The classes of users, and who may say which one a request belongs to.
  public let tiers: TiersConfiguration
  /// How this instance calls itself in `Via`: names a loop.
  public let viaName: String
  /// The time of day.
  public let clock: WallClock
  /// Makes spans; nil: nothing is traced.
  public let tracer: SpanTracer?
  /// Where requests wait for their dependency; nil: nothing is kept.
  public let queues: GatewayQueues?
  /// Request bodies up to this length are kept, so that they can be sent again; default 1 MiB.
  public let replayableBodyBytes: Int
  /// Failing answers up to this length wait until it is known whether there is another attempt; default 256 KiB.
  public let keptAnswerBytes: Int

  /// Takes what is needed from the configuration.
  ///
  /// - Parameters:
  ///   - configuration: The whole file.
  ///   - viaName: How this instance calls itself in `Via`.
  ///   - clock: The time of day.
  ///   - tracer: Makes spans; nil: nothing is traced.
  ///   - queues: Where requests wait for their dependency; nil: nothing is kept.
  public init(
    _ configuration: ServiceConfiguration, viaName: String, clock: WallClock = .system, tracer: SpanTracer? = nil,
    queues: GatewayQueues? = nil
  ) {
    self.service = configuration.service
    self.codePrefix = configuration.errors.codePrefix
    self.trustedProxies = configuration.gateway.trustedProxies
    self.tiers = configuration.tiers
    self.viaName = viaName
    self.clock = clock
    self.tracer = tracer
    self.queues = queues
    self.replayableBodyBytes = 1 << 20
    self.keptAnswerBytes = 256 << 10
  }
}
