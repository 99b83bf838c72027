internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealth
public import ResilienceInterfaces
internal import ResilienceTelemetry

/// What operators see and change of a running gateway.
///
/// Reads take snapshots and stop no traffic. A write is saved first, together with its audit line, and then put in
/// force.
public final class GatewayControlPlane: ControlPlane {
  struct State {
    var isStarted = false
    var isDraining = false
    var reviewsInWork: Set<String> = []
    var configuration: ConfigurationStatus?
    var healing: (any HealingPlane)?
    var settings: SettingsInForce?
    /// Weak: the reloader holds this object.
    weak var reloader: ConfigurationReloader?
  }

  let service: String
  let table: DependencyTable
  let metrics: GatewayMetrics
  let store: any ControlStore
  let feed: ControlEventFeed
  let clock: WallClock
  let exampleUpstreams: ExampleUpstreams?
  let queueKeeper: GatewayQueues?
  /// The checks; nil where nothing is checked.
  let watchedHealth: GatewayHealth?
  let state: Lock<State>
  /// What is read from the store must not be put in force after it was taken back there.
  let decisionTurns = Turns()
  let log = Logger(label: "resilience.control")
  /// When this process began, in Unix milliseconds: since when untouched breakers are closed.
  let startedAt: Int64

  /// Makes a control plane.
  ///
  /// - Parameters:
  ///   - service: The service's name.
  ///   - table: What is controlled.
  ///   - metrics: What `/metrics` shows.
  ///   - store: Keeps decisions and audit.
  ///   - feed: Where events are told.
  ///   - examples: The built-in upstreams, if there are any.
  ///   - queues: Where requests wait for their dependencies, if they do.
  ///   - health: The checks, if there are any.
  ///   - clock: The time of day.
  public init(
    service: String, table: DependencyTable, metrics: GatewayMetrics, store: any ControlStore,
    feed: ControlEventFeed, examples: ExampleUpstreams? = nil, queues: GatewayQueues? = nil,
    health: GatewayHealth? = nil,
    clock: WallClock = .system
  ) {
    self.service = service
    self.table = table
    self.metrics = metrics
    self.store = store
    self.feed = feed
    self.clock = clock
    self.startedAt = clock.now
    self.exampleUpstreams = examples
    self.queueKeeper = queues
    self.watchedHealth = health
    self.state = Lock(State())
    self.metrics.registry.beforeEachReading { [weak self] in self?.refreshGauges() }
  }

  /// Modes, toggles, notices and reviews of the data plane.
  var gatewayDegradation: GatewayDegradation { self.table.current.settings.degradation }

  /// What is controlled now, sorted by name.
  var dependencies: [Dependency] { self.table.current.sorted }

  // MARK: Life

  /// Start-up has ended: ready from now on.
  public func started() { self.state.withLock { $0.isStarted = true } }
  /// Shut-down has begun: not ready any more.
  public func draining() {
    self.state.withLock { $0.isDraining = true }
    self.watchedHealth?.monitor.drain()
    // An open stream of notices would hold the end up.
    self.gatewayDegradation.feed.finish()
  }
  /// Whether start-up has ended: it serves, and every check has run once.
  public func isStarted() async -> Bool {
    self.state.withLock { $0.isStarted } && self.watchedHealth?.monitor.isStarted ?? true
  }
  /// Whether new requests should be sent here.
  public func isReady() async -> Bool {
    self.state.withLock { $0.isStarted && !$0.isDraining } && self.watchedHealth?.monitor.isReady ?? true
  }

  /// Healing is there to be seen and changed.
  public func attach(_ healing: any HealingPlane) { self.state.withLock { $0.healing = healing } }
  /// Healing workflows and supervised processes.
  public var healing: (any HealingPlane)? { self.state.withLock { $0.healing } }

  // MARK: Reading

  /// Every dependency, sorted by name.
  public func dependencies() async -> [DependencyStatus] {
    let health = await self.components().filter { $0.kind == .dependency }
    let called = self.dependencies.map { dependency in
      self.status(dependency, health.first { $0.name == dependency.name })
    }
    return (called + health.filter { !$0.isCalled }.map(Self.watchedStatus)).sorted { $0.name < $1.name }
  }
  /// One dependency.
  public func dependency(named name: String) async -> DependencyStatus? {
    let health = await self.components().first { $0.name == name && $0.kind == .dependency }
    if let dependency = self.dependencies.first(where: { $0.name == name }) { return self.status(dependency, health) }
    return health.map(Self.watchedStatus)
  }
  /// Every breaker, sorted by name.
  public func breakers() async -> [BreakerStatus] { self.dependencies.compactMap(self.breakerStatus) }
  /// One breaker.
  public func breaker(named name: String) async -> BreakerStatus? {
    self.dependencies.first { $0.name == name }.flatMap(self.breakerStatus)
  }
  /// Every bulkhead, sorted by name.
  public func bulkheads() async -> [BulkheadStatus] { self.dependencies.compactMap(self.bulkheadStatus) }

  /// All metrics as text.
  public func metricsText(_ format: MetricsFormat) async -> String { self.metrics.registry.text(format) }
  /// Events as they happen.
  public func events(after id: UInt64?) -> AsyncStream<ControlEvent> { self.feed.events(after: id) }

  /// The newest audit lines, newest first.
  public func audit(limit: Int) async throws(ControlFailure) -> [AuditEntry] {
    do throws(ControlStoreFailure) {
      return try await self.store.recentAudit(limit: limit)
    } catch {
      throw .storage(error)
    }
  }

  // MARK: Examples

  /// The built-in upstreams and what they do wrong.
  public func examples() async -> [ExampleUpstream] { self.exampleUpstreams?.all ?? [] }

  /// Switches a built-in upstream's faults.
  public func setFaults(
    _ faults: FaultSettings, ofExample name: String, actor: String
  ) async throws(ControlFailure) -> ExampleUpstream {
    guard let examples = self.exampleUpstreams, let before = examples.all.first(where: { $0.name == name }) else {
      throw .unknownExample(name: name, known: self.exampleUpstreams?.all.map(\.name) ?? [])
    }
    try faults.validate()
    let record = AuditRecord(
      at: self.clock.now, actor: actor, action: "faults.set", subject: name, reason: "switched in the console",
      before: Self.text(before.faults), after: Self.text(faults))
    do throws(ControlStoreFailure) {
      try await self.store.appendAudit(record)
    } catch {
      throw .storage(error)
    }
    examples.set(faults, of: name)
    self.feed.publish(
      at: self.clock.now, kind: "example.faults", subject: name, message: "\(name): \(Self.text(faults))",
      severity: .info, actor: actor)
    return ExampleUpstream(name: name, dependency: before.dependency, faults: faults)
  }

  private static func text(_ faults: FaultSettings) -> String {
    var parts: [String] = []
    if faults.errorRate > 0 { parts.append("errors \(Int((faults.errorRate * 100).rounded())) %") }
    if faults.latencyMilliseconds > 0 { parts.append("latency \(faults.latencyMilliseconds) ms") }
    if faults.reset { parts.append("reset") }
    if faults.hang { parts.append("hang") }
    return parts.isEmpty ? "works" : parts.joined(separator: ", ")
  }
}
