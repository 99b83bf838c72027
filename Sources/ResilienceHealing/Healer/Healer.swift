public import Resilience
public import ResilienceInterfaces

/// Runs healing workflows: hears signals, acts within budgets, verifies, rolls back, and writes everything down first.
///
/// ```swift
/// let healer = Healer(settings, store: store, observer: log, wallClock: now)
/// group.addTask { await healer.run() }
/// healer.receive(.breaker(name: "catalog", state: "open"))
/// ```
/// Each action is saved as intended before it is carried out. After a crash a run that had not ended is verified, and
/// rolled back if that fails; no action is carried out again blindly. Cost: two writes to the store per action.
public final class Healer: HealingSignalReceiver {
  /// What the lock protects.
  struct Core: Sendable {
    var machine: HealingMachine
    var settings: HealingSettings
    private(set) var stop: HealingStop?
    /// Whether the store knows of the stop.
    var isStopSaved = false
    /// How often it has changed: tells whether what was read meanwhile is old.
    private(set) var stopChanges = 0
    /// How the last runs ended, newest last: for the success rate.
    var outcomes: [Outcome] = []
    var active: Set<String> = []

    init(machine: HealingMachine, settings: HealingSettings) {
      self.machine = machine
      self.settings = settings
    }

    mutating func set(_ stop: HealingStop?) {
      self.stop = stop
      self.stopChanges += 1
      self.machine.isStopped = stop != nil
    }
  }

  /// How a run ended, as far as statistics need it.
  struct Outcome: Sendable {
    let result: HealingRun.Result
    let recoveryMilliseconds: Int64?
  }

  /// A run that is to be carried out.
  enum Job: Sendable {
    /// A run that begins.
    case begin(HealingRun, HealingWorkflow)
    /// A trigger's condition holds.
    case triggered(HealingMachine.Start)
  }

  /// How often triggers are looked at that hold by time alone, and stops are noticed while a run waits.
  static let tick = Duration.milliseconds(250)
  /// How often the store is asked for a stop that another instance has made.
  static let followInterval = Duration.seconds(5)
  static let mostOutcomes = 1_000

  let store: any HealingStore
  let observer: (any HealingObserver)?
  let processes: (any SupervisedProcessSource)?
  let runtime: Runtime
  let wallClock: @Sendable () -> Int64
  let core: Lock<Core>
  private let jobs: AsyncStream<Job>
  let queue: AsyncStream<Job>.Continuation

  /// Makes a healer that does nothing before `run`.
  ///
  /// - Parameters:
  ///   - settings: Workflows and bounds.
  ///   - store: Keeps runs and the global stop.
  ///   - observer: Hears what is done.
  ///   - processes: Supervised processes to show; nil where there are none.
  ///   - runtime: Where time and chance come from.
  ///   - wallClock: The time of day in Unix milliseconds.
  public init(
    _ settings: HealingSettings, store: any HealingStore, observer: (any HealingObserver)? = nil,
    processes: (any SupervisedProcessSource)? = nil, runtime: Runtime = .live,
    wallClock: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.processes = processes
    self.runtime = runtime
    self.wallClock = wallClock
    let machine = HealingMachine(
      isEnabled: settings.isEnabled, isAutomatic: settings.isAutomatic, budget: settings.budget)
    self.core = Lock(Core(machine: machine, settings: settings))
    (self.jobs, self.queue) = AsyncStream.makeStream(of: Job.self)
    self.replace(settings)
  }

  /// Puts other settings in force; runs that are under way go on, budgets and cool-downs are kept.
  public func replace(_ settings: HealingSettings) {
    self.core.withLock { core in
      core.settings = settings
      core.machine.isEnabled = settings.isEnabled
      core.machine.isAutomatic = settings.isAutomatic
      core.machine.replace(settings.workflows.map { ($0.name, $0.trigger, $0.policy) }, budget: settings.budget)
    }
  }

  /// Hears what may call for healing.
  public func receive(_ signal: HealingSignal) {
    let now = self.runtime.now()
    let starts = self.core.withLock { core in
      core.machine.hear(signal, at: now)
      return core.machine.due(at: now)
    }
    for start in starts { self.queue.yield(.triggered(start)) }
  }

  /// Runs workflows until the task is cancelled; call it once.
  ///
  /// First it reads what was written down before: the global stop, what budgets have left, and runs that a crash or
  /// the end of the program had interrupted.
  public func run() async {
    let interrupted = await self.restore()
    await withTaskGroup(of: Void.self) { group in
      for run in interrupted { group.addTask { await self.resume(run) } }
      group.addTask { await self.watch() }
      group.addTask {
        while (try? await self.runtime.sleep(for: Self.followInterval)) != nil { await self.followStop() }
      }
      for await job in self.jobs { group.addTask { await self.carryOut(job) } }
      group.cancelAll()
    }
  }

  private func watch() async {
    while !Task.isCancelled {
      let now = self.runtime.now()
      let starts = self.core.withLock { $0.machine.due(at: now) }
      for start in starts { self.queue.yield(.triggered(start)) }
      do { try await self.runtime.sleep(for: Self.tick) } catch { return }
    }
  }

  private func carryOut(_ job: Job) async {
    switch job {
    case .begin(let run, let workflow): await self.perform(run, workflow)
    case .triggered(let start):
      let found = self.core.withLock { core in core.settings.workflows.first { $0.name == start.workflow } }
      guard let workflow = found else { return self.settle(start.workflow, .stopped) }
      let run = self.makeRun(
        of: workflow, trigger: workflow.trigger.summary, actor: "system", isDryRun: false,
        detectedAt: self.wall(of: start.detectedAt))
      await self.perform(run, workflow)
    }
  }

  /// A run that begins now.
  func makeRun(
    of workflow: HealingWorkflow, trigger: String, actor: String, isDryRun: Bool, detectedAt: Int64
  ) -> HealingRun {
    let now = self.wallClock()
    let chance = String(self.runtime.random() & 0xFFFF_FFFF, radix: 16)
    let all = self.core.withLock { $0.settings.isDryRun }
    return HealingRun(
      id: "\(String(now, radix: 16))-\(chance)", workflow: workflow.name, trigger: trigger, actor: actor,
      isDryRun: isDryRun || workflow.policy.isDryRun || all, detectedAt: detectedAt, startedAt: now)
  }

  /// A run has ended, or did not begin.
  func settle(_ workflow: String, _ result: HealingRun.Result) {
    let now = self.runtime.now()
    self.core.withLock { $0.machine.ended(workflow, result, at: now) }
  }

  /// The time of day of an instant.
  func wall(of instant: Instant) -> Int64 { self.wallClock() - (self.runtime.now() - instant) / 1_000_000 }

  /// Whether nothing may be done now.
  var isStopped: Bool { self.core.withLock { $0.machine.isStopped } }

  func tell(_ event: HealingEvent) { self.observer?.observe(event) }
}
