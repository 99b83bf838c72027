internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
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
    var degradation: DegradationMachine
    var configuration: ConfigurationStatus?
  }

  let service: String
  let table: DependencyTable
  let metrics: GatewayMetrics
  let store: any ControlStore
  let feed: ControlEventFeed
  let clock: WallClock
  let exampleUpstreams: ExampleUpstreams?
  let queueKeeper: GatewayQueues?
  let state: Lock<State>
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
  ///   - clock: The time of day.
  public init(
    service: String, table: DependencyTable, metrics: GatewayMetrics, store: any ControlStore,
    feed: ControlEventFeed, examples: ExampleUpstreams? = nil, queues: GatewayQueues? = nil,
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
    self.state = Lock(State(degradation: DegradationMachine(at: clock.now)))
    self.metrics.registry.beforeEachReading { [weak self] in self?.refreshGauges() }
  }

  /// What is controlled now, sorted by name.
  var dependencies: [Dependency] { self.table.current.sorted }

  // MARK: Life

  /// Start-up has ended: ready from now on.
  public func started() { self.state.withLock { $0.isStarted = true } }
  /// Shut-down has begun: not ready any more.
  public func draining() { self.state.withLock { $0.isDraining = true } }
  /// Whether start-up has ended.
  public func isStarted() async -> Bool { self.state.withLock { $0.isStarted } }
  /// Whether new requests should be sent here.
  public func isReady() async -> Bool { self.state.withLock { $0.isStarted && !$0.isDraining } }

  // MARK: Reading

  /// Every dependency, sorted by name.
  public func dependencies() async -> [DependencyStatus] { self.dependencies.map(self.status) }
  /// One dependency.
  public func dependency(named name: String) async -> DependencyStatus? {
    self.dependencies.first { $0.name == name }.map(self.status)
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
