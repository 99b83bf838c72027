internal import Logging
internal import Resilience
public import ResilienceConfiguration
public import ResilienceHealth
public import ResilienceInterfaces
internal import ResilienceTelemetry

/// The health of everything that a gateway depends on, as it runs: makes the checks, tells operators what changes, and
/// guides the breakers that follow a check.
///
/// What is watched follows the configuration: a reload replaces what has changed and keeps the rest.
public final class GatewayHealth: Sendable {
  /// Makes the check of a target; with sockets and files, which this module does not know.
  public typealias CheckFactory = @Sendable (HealthCheckTarget) throws -> any HealthCheck
  /// Who else knows of the health of a dependency, by its name: a queue, for example.
  public typealias MoreEvidence = @Sendable (String) -> [any HealthEvidenceSource]

  private struct State: Sendable {
    /// What each component's check looks at.
    var targets: [String: HealthCheckTarget] = [:]
    /// The names that are called through the gateway.
    var called: Set<String> = []
    /// The last snapshot, which serves for a moment.
    var snapshot: HealthSnapshot?
    /// The breakers' states that it was taken under.
    var breakers: [CircuitBreaker.State] = []
    /// What was named as cause when it was told last.
    var causes: Set<String> = []
  }

  /// How long a snapshot serves: many ask at once, and each costs a diagnosis.
  private static let snapshotAge: Int64 = 200_000_000

  /// Makes the checks.
  public let monitor: HealthMonitor
  private let makeCheck: CheckFactory
  private let more: MoreEvidence
  private let table: DependencyTable
  private let metrics: HealthMetrics
  private let feed: ControlEventFeed
  private let clock: WallClock
  private let log = Logger(label: "resilience.health")
  private let state: Lock<State>

  /// Watches what a gateway depends on; checks nothing before `run`.
  ///
  /// - Parameters:
  ///   - gateway: Whose dependencies are watched, in the configuration in force.
  ///   - feed: Where operators are told of changes.
  ///   - clock: The time of day.
  ///   - more: Who else knows of a dependency's health.
  ///   - makeCheck: Makes the checks.
  /// - Throws: What is wrong with a check, the graph, or a metric's name.
  public init(
    of gateway: AssembledGateway, feed: ControlEventFeed, clock: WallClock = .system,
    more: @escaping MoreEvidence = { _ in [] }, makeCheck: @escaping CheckFactory
  ) throws {
    let metrics = try HealthMetrics(in: gateway.metrics)
    self.makeCheck = makeCheck
    self.more = more
    self.table = gateway.service.table
    self.metrics = metrics
    self.feed = feed
    self.clock = clock
    let watched = try WatchedComponents(
      gateway.configuration, gateway.service.table.current.dependencies, metrics, more: more, makeCheck: makeCheck)
    self.monitor = try HealthMonitor(watched.components)
    self.state = Lock(State(targets: watched.targets, called: watched.called))
    gateway.metrics.registry.beforeEachReading { [weak self] in
      guard let self else { return }
      self.metrics.refresh(self.snapshot(), isReady: self.monitor.isReady)
    }
  }

  /// Makes what another configuration has to watch; nothing is in force before `commit`.
  ///
  /// - Throws: What is wrong with a check or the graph.
  func prepare(_ gateway: PreparedGateway) throws -> WatchedComponents {
    let watched = try WatchedComponents(
      gateway.configuration, gateway.dependencies, self.metrics, more: self.more, makeCheck: self.makeCheck)
    _ = try DependencyGraph(watched.components.map(\.node))
    return watched
  }

  /// Puts what was prepared in force; what is known of unchanged checks goes on.
  func commit(_ watched: WatchedComponents) {
    let former = Set(self.monitor.components.map(\.node.name))
    do throws(InvalidDependencyGraph) {
      try self.monitor.replace(watched.components)
    } catch {
      self.log.error("the former checks go on: \(error)")
      return
    }
    self.state.withLock { state in
      state.targets = watched.targets
      state.called = watched.called
      state.snapshot = nil
    }
    for name in former.subtracting(watched.components.map(\.node.name)) { self.metrics.forget(name) }
  }

  /// Makes the checks, tells of changes and guides breakers, until the task is cancelled.
  public func run() async {
    let changes = self.monitor.changes()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.monitor.run() }
      group.addTask { for await change in changes { self.follow(change) } }
      group.addTask { await self.watch() }
    }
  }

  /// How everything is now: at most a fifth of a second old, and not from before a breaker or a check has changed.
  public func snapshot() -> HealthSnapshot {
    let now = Runtime.live.now()
    let breakers = self.table.current.dependencies.map { $0.breaker?.state() ?? .closed }
    let known = self.state.withLock { $0.breakers == breakers ? $0.snapshot : nil }
    if let known, now - known.at < Self.snapshotAge { return known }
    let snapshot = self.monitor.snapshot()
    self.state.withLock { state in
      state.snapshot = snapshot
      state.breakers = breakers
    }
    return snapshot
  }

  /// Once a second: names causes, and sees that breakers are where their checks want them.
  private func watch() async {
    while !Task.isCancelled {
      self.tellCauses()
      for dependency in self.table.current.dependencies { self.guide(dependency)?.uphold() }
      do { try await Runtime.live.sleep(for: .seconds(1)) } catch { return }
    }
  }

  /// Guides a dependency's breaker; one that does not follow its check any more is given back.
  private func guide(_ dependency: Dependency) -> HealthAwareBreaker? {
    guard let breaker = dependency.breaker else { return nil }
    let guide = HealthAwareBreaker(breaker, followsCheckOf: dependency.name, in: self.monitor)
    if dependency.configuration.circuitBreaker.isHealthAware { return guide }
    guide.end(because: "the breaker does not follow the check any more")
    return nil
  }

  private func follow(_ change: HealthChange) {
    self.state.withLock { $0.snapshot = nil }
    if let dependency = self.table.current[change.name] { self.guide(dependency)?.follow(change) }
    let message: String
    let severity: ControlEvent.Severity
    switch (change.from, change.to) {
    case (.unknown, .healthy), (_, .unknown): return
    case (_, .healthy): (message, severity) = ("\(change.name) is healthy again", .info)
    case (_, .degraded):
      (message, severity) = ("\(change.name) is degraded: \(change.output ?? "no reason given")", .warning)
    case (_, .unhealthy):
      (message, severity) = ("\(change.name) is unhealthy: \(change.output ?? "no reason given")", .critical)
    }
    self.feed.publish(
      at: self.clock.now, kind: "health.\(change.to.rawValue)", subject: change.name, message: message,
      severity: severity)
    self.log.log(
      level: severity == .info ? .notice : .warning, "\(message)", metadata: ["component": .string(change.name)])
  }

  /// Tells when something else than before is named as the cause of trouble.
  private func tellCauses() {
    let snapshot = self.snapshot()
    let causes = Set(snapshot.diagnosis.causes.map(\.name))
    let former = self.state.withLock { state in
      defer { state.causes = causes }
      return state.causes
    }
    guard causes != former, let name = snapshot.diagnosis.causes.first?.name, let output = snapshot.output else {
      return
    }
    self.feed.publish(
      at: self.clock.now, kind: "health.cause", subject: name, message: output, severity: .critical)
    self.log.warning("\(output)", metadata: ["causes": .string(causes.sorted().joined(separator: ","))])
  }

  /// Every component in detail, as operators are shown it; dependencies in the configuration's order, then the system.
  func components() -> [ComponentHealth] {
    let (targets, called) = self.state.withLock { ($0.targets, $0.called) }
    let snapshot = self.snapshot()
    return snapshot.components.map { component in
      let name = component.node.name
      return ComponentHealth(
        component, target: targets[name], isCalled: called.contains(name),
        consequences: snapshot.diagnosis.consequences, clock: self.clock)
    }
  }
}
