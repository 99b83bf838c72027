internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
public import ResilienceInterfaces
internal import ResilienceQueue
internal import ResilienceTelemetry

/// The queues of requests that wait for their dependencies, and the workers that deliver them.
///
/// A dependency has a queue if one of its fallbacks is one; its name is the dependency's. What is kept survives a
/// restart as well as the store does, and a dependency whose queue is configured away keeps what it has.
public final class GatewayQueues: Sendable {
  /// One dependency's queue.
  struct Entry: Sendable {
    let settings: QueueConfiguration
    let queue: WorkQueue
    let worker: QueueWorker
    var task: Task<Void, Never>?
    var counts = QueueCounts()
  }

  /// Where requests are kept.
  public let store: any QueueStore
  let seal: CredentialSeal?
  let feed: ControlEventFeed
  let metrics: GatewayMetrics
  let clock: WallClock
  private let table = Lock<DependencyTable?>(nil)
  private let entries = Lock<[String: Entry]>([:])
  /// What workers that were replaced, or whose queue is gone, still do; each leaves when it has ended.
  private let former = Lock<[ObjectIdentifier: Task<Void, Never>]>([:])
  /// Why the delivery of a queue pauses; so long as it is for the same reason, nobody is told again.
  private let pauses = Lock<[String: String]>([:])
  private let log = Logger(label: "resilience.queue")

  /// Makes the queues of a gateway; nothing is delivered before `run`.
  ///
  /// - Parameters:
  ///   - store: Where requests are kept.
  ///   - encryptionKey: What kept credentials are encrypted with: 64 hexadecimal digits.
  ///   - feed: Where operators are told what happens.
  ///   - metrics: Where it is counted.
  ///   - clock: The time of day.
  public init(
    store: any QueueStore, encryptionKey: String?, feed: ControlEventFeed, metrics: GatewayMetrics,
    clock: WallClock = .system
  ) {
    self.store = store
    self.seal = encryptionKey.flatMap { CredentialSeal(hexadecimal: $0) }
    self.feed = feed
    self.metrics = metrics
    self.clock = clock
  }

  /// Delivers until its task is cancelled; then it waits for what is under way, which would be delivered twice else.
  ///
  /// - Parameters:
  ///   - table: The dependencies.
  ///   - gracePeriod: How long deliveries may still take when the task is cancelled. What takes longer is broken off,
  ///     goes back, and is delivered after the next start.
  public func run(_ table: DependencyTable, gracePeriod: Duration = .zero) async {
    self.table.withLock { $0 = table }
    var (permission, hadChanged) = (Permission(table), false)
    while !Task.isCancelled {
      self.refresh(table)
      let now = Permission(table)
      let hasChanged = now != permission
      // Twice: what was refused a moment before the change may begin its pause only now.
      if hasChanged || hadChanged { self.resumeAll() }
      (permission, hadChanged) = (now, hasChanged)
      await self.count()
      try? await Runtime.live.sleep(for: .milliseconds(500))
    }
    let (workers, current) = self.entries.withLock { ($0.values.map(\.worker), $0.values.compactMap(\.task)) }
    for worker in workers { worker.stop() }
    let tasks = current + self.former.withLock { Array($0.values) }
    let limit = Runtime.live.spawn {
      if (try? await Runtime.live.sleep(for: gracePeriod)) != nil { for task in tasks { task.cancel() } }
    }
    for task in tasks { await task.value }
    limit.cancel()
  }

  /// The queue of a dependency; nil if it has none.
  ///
  /// A call may have begun under former settings: it takes the queue that is there, and never replaces it.
  func queue(of dependency: Dependency) -> (settings: QueueConfiguration, queue: WorkQueue)? {
    guard let settings = Self.settings(of: dependency) else { return nil }
    return (settings, self.entry(dependency.name, settings, areInForce: false).queue)
  }

  /// The first fallback that is a queue.
  static func settings(of dependency: Dependency) -> QueueConfiguration? {
    for case .queue(let settings) in dependency.configuration.fallback { return settings }
    return nil
  }

  /// What is known of the queues of this process: how they are drained.
  func load(of name: String) -> (inFlight: Int, allowed: Int, isPaused: Bool)? {
    self.entries.withLock { $0[name]?.worker.load }
  }

  /// Makes a queue's workers look for work.
  func wake(_ name: String) { self.entries.withLock { $0[name]?.queue }?.wake() }

  /// Ends a pause of the delivery: an operator has changed what refuses.
  func resume(_ name: String) { self.entries.withLock { $0[name]?.worker }?.resume() }

  /// Ends all pauses: what refuses may let through again.
  private func resumeAll() {
    for worker in self.entries.withLock({ $0.values.map(\.worker) }) { worker.resume() }
  }

  // MARK: Workers

  private func refresh(_ table: DependencyTable) {
    let dependencies = table.current.dependencies
    var wanted: Set<String> = []
    for dependency in dependencies {
      guard let settings = Self.settings(of: dependency) else { continue }
      _ = self.entry(dependency.name, settings, areInForce: true)
      wanted.insert(dependency.name)
    }
    let gone = self.entries.withLock { entries in
      let gone = entries.filter { !wanted.contains($0.key) }
      for name in gone.keys { entries[name] = nil }
      return gone
    }
    for entry in gone.values { self.retire(entry) }
    self.pauses.withLock { pauses in
      for name in gone.keys { pauses[name] = nil }
    }
    let idle = self.entries.withLock { $0.filter { $0.value.task == nil }.keys }
    for name in idle { self.start(name) }
  }

  private func start(_ name: String) {
    self.entries.withLock { entries in
      guard let entry = entries[name], entry.task == nil else { return }
      let worker = entry.worker
      entries[name]?.task = Runtime.live.spawn { [weak self] in
        await worker.run()
        self?.former.withLock { $0[ObjectIdentifier(worker)] = nil }
      }
    }
  }

  /// The queue of that name, made if there is none.
  ///
  /// - Parameter areInForce: Whether the settings are those of now, which replace others; a worker that is replaced
  ///   ends what it has begun.
  private func entry(_ name: String, _ settings: QueueConfiguration, areInForce: Bool) -> Entry {
    if let entry = self.entries.withLock({ $0[name] }), !areInForce || entry.settings == settings { return entry }
    let made = self.make(name, settings)
    let former = self.entries.withLock { entries in
      let former = entries[name]
      if former == nil || areInForce { entries[name] = made }
      return former
    }
    guard let former else { return made }
    guard areInForce else { return former }
    self.retire(former)
    return made
  }

  /// Stops a worker, which is waited for all the same until it has ended.
  private func retire(_ entry: Entry) {
    // Written down before it is stopped: it leaves when it ends.
    if let task = entry.task { self.former.withLock { $0[ObjectIdentifier(entry.worker)] = task } }
    entry.worker.stop()
  }

  private func make(_ name: String, _ settings: QueueConfiguration) -> Entry {
    let queue = WorkQueue(name, store: self.store, configuration: Self.configuration(settings)) { [weak self] event in
      self?.observe(event, of: name)
    }
    let worker = QueueWorker(queue) { [weak self] item in
      guard let self else { throw CancellationError() }
      return try await self.deliver(item)
    }
    return Entry(settings: settings, queue: queue, worker: worker)
  }

  private static func configuration(_ settings: QueueConfiguration) -> WorkQueue.Configuration {
    var configuration = WorkQueue.Configuration()
    configuration.bound = QueueBound(items: settings.maxItems, bytes: Int64(settings.maxBytes))
    configuration.ordering = QueueOrdering(rawValue: settings.ordering.rawValue) ?? .untilDead
    configuration.maxAttempts = settings.maxAttempts
    configuration.backoff = .exponential(initial: settings.initialDelay, max: settings.maxDelay)
    configuration.concurrency = settings.concurrency
    configuration.lease = settings.lease
    configuration.itemsPerSecond = Double(settings.perSecond)
    configuration.idempotencyRetention = settings.idempotencyRetention
    return configuration
  }

  /// The dependency of that name as it is configured now.
  func dependency(named name: String) -> Dependency? { self.table.withLock { $0 }?.current[name] }

  /// Modes and toggles as they are now.
  var degradation: GatewayDegradation? { self.table.withLock { $0 }?.current.settings.degradation }

  /// What decides whether kept requests may be delivered; if it changes, pauses end.
  private struct Permission: Equatable {
    let effects: ModeEffects
    let view: DegradationView
    let toggles: [Bool]

    init(_ table: DependencyTable) {
      let degradation = table.current.settings.degradation
      self.effects = degradation.current.effects
      self.view = degradation.manager.view
      self.toggles = degradation.toggles.all.map(\.isAvailable)
    }
  }

  // MARK: Telling

  private func count() async {
    for name in self.entries.withLock({ Array($0.keys) }) {
      guard let counts = try? await self.store.counts(of: name) else { continue }
      self.entries.withLock { $0[name]?.counts = counts }
      for state in QueueItem.State.allCases {
        try? self.metrics.queueItems.bind(self.metrics.service, name, state.rawValue).set(Double(counts[state]))
      }
    }
    _ = try? await self.store.removeExpired(limit: 1_000)
  }

  private func observe(_ event: QueueEvent, of name: String) {
    let told = QueueEventText(event)
    try? self.metrics.queueEvents.bind(self.metrics.service, name, told.kind).increment()
    switch event {
    case .paused(let reason, _):
      let isKnown = self.pauses.withLock { pauses in
        defer { pauses[name] = reason }
        return pauses[name] == reason
      }
      if !isKnown { self.tell(told, of: name) }
    case .resumed: break  // told when something comes of it: it may pause again at once
    case .completed, .failed, .died:
      if self.pauses.withLock({ $0.removeValue(forKey: name) }) != nil { self.tell(QueueEventText(.resumed), of: name) }
      self.tell(told, of: name)
    case .enqueued, .repeated, .refused, .storeFailed: self.tell(told, of: name)
    }
  }

  private func tell(_ told: QueueEventText, of name: String) {
    guard let message = told.message else { return }
    self.log.log(
      level: told.isTrouble ? .warning : .info, "\(name): \(message)\(told.detail.map { "; \($0)" } ?? "")")
    self.feed.publish(
      at: self.clock.now, kind: "queue.\(told.kind)", subject: name, message: "\(name): \(message)",
      severity: told.isTrouble ? .warning : .info)
  }
}
