public import Resilience
internal import ResilienceInterfaces

/// Makes the checks of all components, and knows what is healthy, what is not, and why.
///
/// ```swift
/// let monitor = try HealthMonitor([
///   HealthComponent("database", criticality: .critical, check: PostgreSQLCheck(host: "db", port: 5432)),
///   HealthComponent("orders", dependsOn: ["database"], check: HTTPCheck(url)),
/// ])
/// group.addTask { await monitor.run() }
/// ```
/// A check is never under way twice: who asks while it runs gets its result. One that does not come back counts as
/// failed once per interval, and no second one is started beside it. Reading never waits for a check.
public final class HealthMonitor: Sendable {
  /// Who depends on whom.
  public let graph: DependencyGraph
  /// What is watched, in the order given.
  public let components: [HealthComponent]
  let analysis: RootCauseAnalysis
  let runtime: Runtime
  let core: Lock<Core>

  /// Makes a monitor; nothing is checked before `run`.
  ///
  /// - Parameters:
  ///   - components: What to watch.
  ///   - rootCause: How causes are told from consequences; by default fitted to the longest interval.
  ///   - runtime: Where time and chance come from.
  /// - Throws: `InvalidDependencyGraph` for names that are there twice or not at all, and for cycles.
  public init(
    _ components: [HealthComponent], rootCause: RootCauseAnalysis.Configuration? = nil, runtime: Runtime = .live
  ) throws(InvalidDependencyGraph) {
    let graph = try DependencyGraph(components.map(\.node))
    let interval = components.filter { $0.check != nil }.map(\.schedule.interval).max() ?? .seconds(10)
    self.graph = graph
    self.components = components
    self.analysis = RootCauseAnalysis(graph, rootCause ?? RootCauseAnalysis.Configuration(interval: interval))
    self.runtime = runtime
    self.core = Lock(Core(components, at: runtime.now()))
  }

  /// Checks everything, each by its schedule, until the task is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      for index in self.components.indices where self.components[index].check != nil {
        group.addTask { await self.repeatCheck(index) }
      }
      group.addTask { await self.repeatScore() }
    }
  }

  private func repeatCheck(_ index: Int) async {
    while !Task.isCancelled {
      let due = self.core.withLock { $0.checks[index]?.due ?? .max }
      do { try await self.runtime.sleep(until: due) } catch { return }
      _ = await self.perform(index, isForced: false)
    }
  }

  /// How often the score is noted for its trend, and evidence as a sample where there is no check.
  private static let scoreInterval = Duration.seconds(10)

  private func repeatScore() async {
    while !Task.isCancelled {
      do { try await self.runtime.sleep(for: Self.scoreInterval) } catch { return }
      let snapshot = self.snapshot()
      self.core.withLock { core in
        if let score = snapshot.score { core.trend.add(score) }
        for (index, component) in snapshot.components.enumerated() where component.state != .unknown {
          core.note(index, CheckSample(at: snapshot.at, isFailing: component.state == .unhealthy))
        }
      }
    }
  }

  /// The service is about to end: from now on it is not ready.
  public func drain() { self.core.withLock { $0.readiness.drain() } }

  /// Whether new requests should be sent here.
  public var isReady: Bool { self.readiness.isReady }

  /// Whether every check has run once.
  public var isStarted: Bool { self.readiness.isStarted }

  /// Why it is ready or not.
  public var readiness: ReadinessMachine { self.core.withLock { $0.readiness } }

  /// Whether the process should go on living: never decided by a dependency, only by parts of the process itself that
  /// were given that right.
  public var isLive: Bool {
    self.core.withLock { core in
      !self.components.indices.contains {
        self.components[$0].role == .process(gatesLiveness: true) && core.checks[$0]?.state == .unhealthy
      }
    }
  }

  /// Changes of belief as they happen; the newest 256 are kept for a slow listener.
  public func changes() -> AsyncStream<HealthChange> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: HealthChange.self, bufferingPolicy: .bufferingNewest(256))
    let number = self.core.withLock { $0.add(continuation) }
    continuation.onTermination = { [weak self] _ in self?.core.withLock { $0.listeners[number] = nil } }
    return stream
  }
}
