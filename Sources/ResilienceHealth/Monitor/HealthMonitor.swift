public import Resilience
public import ResilienceInterfaces

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
///
/// Components can be replaced while it runs: what is known of a check that is the same goes on, a check under way
/// included.
public final class HealthMonitor: Sendable {
  let runtime: Runtime
  let core: Lock<Core>

  /// Makes a monitor; nothing is checked before `run`.
  ///
  /// - Parameters:
  ///   - components: What to watch.
  ///   - rootCause: How causes are told from consequences; by default fitted to the shortest interval.
  ///   - runtime: Where time and chance come from.
  /// - Throws: `InvalidDependencyGraph` for names that are there twice or not at all, and for cycles.
  public init(
    _ components: [HealthComponent], rootCause: RootCauseAnalysis.Configuration? = nil, runtime: Runtime = .live
  ) throws(InvalidDependencyGraph) {
    self.runtime = runtime
    self.core = Lock(Core(try Setup(components, rootCause), at: runtime.now()))
  }

  /// Who depends on whom.
  public var graph: DependencyGraph { self.core.withLock { $0.setup.graph } }
  /// What is watched, in the order given.
  public var components: [HealthComponent] { self.core.withLock { $0.setup.components } }

  /// Checks everything, each by its schedule, until the task is cancelled; to be called once at a time.
  public func run() async {
    let (starts, continuation) = AsyncStream.makeStream(of: SlotName.self)
    let known = self.core.withLock { core in
      core.starter = continuation
      return core.slotNames
    }
    for slot in known { continuation.yield(slot) }
    await withDiscardingTaskGroup { group in
      group.addTask { await self.repeatLook() }
      for await slot in starts { group.addTask { await self.keepChecking(slot) } }
      group.cancelAll()
    }
    self.core.withLock { $0.starter = nil }
  }

  /// Watches other components from now on.
  ///
  /// What is known of a component goes on where its check is the same one (`identity` and schedule); a new check is due
  /// at once, one that is gone is cancelled. A service that was ready does not wait for new checks.
  ///
  /// - Throws: `InvalidDependencyGraph` for names that are there twice or not at all, and for cycles; then nothing has
  ///   changed.
  public func replace(
    _ components: [HealthComponent], rootCause: RootCauseAnalysis.Configuration? = nil
  ) throws(InvalidDependencyGraph) {
    let setup = try Setup(components, rootCause)
    let now = self.runtime.now()
    let (begun, ended, starter) = self.core.withLock { core in
      let (begun, ended) = core.replace(setup, at: now)
      return (begun, ended, core.starter)
    }
    for slot in ended {
      slot.retirement?.finish()
      for waiting in slot.waiting { waiting.finish() }
    }
    for slot in begun { starter?.yield(slot) }
  }

  /// Repeats one check until it is replaced or the task is cancelled.
  private func keepChecking(_ slot: SlotName) async {
    let (retired, continuation) = AsyncStream.makeStream(of: Void.self)
    guard self.core.withLock({ $0.setRetirement(continuation, of: slot) }) else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.repeatCheck(slot) }
      group.addTask { for await _ in retired {} }
      await group.next()
      group.cancelAll()
    }
  }

  private func repeatCheck(_ slot: SlotName) async {
    while !Task.isCancelled {
      guard let due = self.core.withLock({ $0.slot(slot)?.machine.due }) else { return }
      do { try await self.runtime.sleep(until: due) } catch { return }
      _ = await self.perform(slot, isForced: false)
    }
  }

  /// Notes scores for their trend, and evidence as a sample where there is no check.
  private func repeatLook() async {
    while !Task.isCancelled {
      let interval = self.core.withLock { $0.setup.lookInterval }
      do { try await self.runtime.sleep(for: interval) } catch { return }
      let snapshot = self.snapshot()
      self.core.withLock { $0.note(snapshot) }
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
      !core.setup.components.contains {
        $0.role == .process(gatesLiveness: true) && core.slots[$0.node.name]?.machine.state == .unhealthy
      }
    }
  }

  /// What the checks make one believe of a component; nil if it has no check, or is not there.
  public func belief(of name: String) -> HealthState? { self.core.withLock { $0.slots[name]?.machine.state } }

  /// What the newest check of a component has found; nil before the first, or without a check.
  public func lastResult(of name: String) -> CheckResult? { self.core.withLock { $0.slots[name]?.machine.last } }

  /// Changes of belief as they happen; the newest 256 are kept for a slow listener.
  public func changes() -> AsyncStream<HealthChange> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: HealthChange.self, bufferingPolicy: .bufferingNewest(256))
    let number = self.core.withLock { $0.add(continuation) }
    continuation.onTermination = { [weak self] _ in self?.core.withLock { $0.listeners[number] = nil } }
    return stream
  }
}
