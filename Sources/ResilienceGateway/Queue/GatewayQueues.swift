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
  private let isRunning = Lock(false)
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
    self.isRunning.withLock { $0 = true }
    while !Task.isCancelled {
      self.refresh(table)
      await self.count()
      try? await Runtime.live.sleep(for: .milliseconds(500))
    }
    self.isRunning.withLock { $0 = false }
    let (workers, tasks) = self.entries.withLock { ($0.values.map(\.worker), $0.values.compactMap(\.task)) }
    for worker in workers { worker.stop() }
    let limit = Runtime.live.spawn {
      if (try? await Runtime.live.sleep(for: gracePeriod)) != nil { for task in tasks { task.cancel() } }
    }
    for task in tasks { await task.value }
    limit.cancel()
  }

  /// The queue of a dependency; nil if it has none.
  func queue(of dependency: Dependency) -> (settings: QueueConfiguration, queue: WorkQueue)? {
    guard let settings = Self.settings(of: dependency) else { return nil }
    if let entry = self.entries.withLock({ $0[dependency.name] }), entry.settings == settings {
      return (settings, entry.queue)
    }
    let entry = self.replace(dependency.name, settings)
    return (settings, entry.queue)
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

  // MARK: Workers

  private func refresh(_ table: DependencyTable) {
    let dependencies = table.current.dependencies
    for dependency in dependencies { _ = self.queue(of: dependency) }
    let wanted = Set(dependencies.filter { Self.settings(of: $0) != nil }.map(\.name))
    let gone = self.entries.withLock { entries in
      let gone = entries.filter { !wanted.contains($0.key) }
      for name in gone.keys { entries[name] = nil }
      return gone
    }
    for entry in gone.values { entry.worker.stop() }
    let idle = self.entries.withLock { $0.filter { $0.value.task == nil }.keys }
    for name in idle { self.start(name) }
  }

  private func start(_ name: String) {
    guard self.isRunning.withLock({ $0 }) else { return }
    self.entries.withLock { entries in
      guard let entry = entries[name], entry.task == nil else { return }
      let worker = entry.worker
      entries[name]?.task = Runtime.live.spawn { await worker.run() }
    }
  }

  /// Puts a queue with these settings in the place of the former one, whose worker ends what it has begun.
  private func replace(_ name: String, _ settings: QueueConfiguration) -> Entry {
    let queue = WorkQueue(name, store: self.store, configuration: Self.configuration(settings)) { [weak self] event in
      self?.observe(event, of: name)
    }
    let worker = QueueWorker(queue) { [weak self] item in
      guard let self else { throw CancellationError() }
      return try await self.deliver(item)
    }
    let former = self.entries.withLock { entries in
      let former = entries[name]
      if let former, former.settings == settings { return former as Entry? }
      entries[name] = Entry(settings: settings, queue: queue, worker: worker)
      former?.worker.stop()
      return nil
    }
    if let former { return former }
    self.start(name)
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

  /// Whether the degradation mode lets no change through: what is kept then stays kept.
  var areWritesKept: Bool {
    self.table.withLock { $0 }.map { $0.current.settings.degradation.current.effects.writes != .pass } ?? false
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
    guard let message = told.message else { return }
    self.log.log(level: told.isTrouble ? .warning : .info, "\(name): \(message)")
    self.feed.publish(
      at: self.clock.now, kind: "queue.\(told.kind)", subject: name, message: "\(name): \(message)",
      severity: told.isTrouble ? .warning : .info)
  }
}
