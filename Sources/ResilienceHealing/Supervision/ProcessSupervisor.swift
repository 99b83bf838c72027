public import Resilience
public import ResilienceInterfaces

/// Keeps processes running: starts them, starts them again after they end, ends them with itself.
///
/// Each process is the leader of a process group of its own, and whatever it started ends with it. After a crash of
/// this program the next start finds what was left behind, by what was written down and by a mark in the processes'
/// environment, ends it, and starts anew: nothing runs twice. Cost: a look every 50 ms per process.
public final class ProcessSupervisor: SupervisedProcessSource {
  /// What is to become of a process that runs.
  enum Wish: Sendable, Equatable {
    /// It goes on.
    case run
    /// It is ended and started anew.
    case restart
    /// It does not pass its check: it is ended, and that counts as a crash.
    case replace
    /// It is ended.
    case stop
  }

  /// What is known of one process.
  struct Entry: Sendable {
    var process: SupervisedProcess
    var machine: RestartMachine
    /// Which of the loops that have cared for this name is the right one.
    var generation: Int
    var wish = Wish.run
    var state = SupervisedProcessStatus.State.waiting
    var pid: Int64?
    var since: Int64
    var starts = 0
    var nextStart: Int64?
    var lastExit: String?
    var health: HealthState?
  }

  /// What the lock protects.
  struct Core: Sendable {
    var entries: [String: Entry] = [:]
    var order: [String] = []
    var generations = 0
    var isStopping = false
    var mayRestart = true
    var mark = ""
  }

  static let look = Duration.milliseconds(50)

  let store: any HealingStore
  let observer: (any SupervisionObserver)?
  let signals: @Sendable (HealingSignal) -> Void
  let runtime: Runtime
  let wallClock: @Sendable () -> Int64
  let core = Lock(Core())
  private let markProposal: String
  private let loops: AsyncStream<(String, Int)>
  private let queue: AsyncStream<(String, Int)>.Continuation

  /// Makes a supervisor that starts nothing before `run`.
  ///
  /// - Parameters:
  ///   - processes: What to keep running; of two with one name the first counts.
  ///   - mayRestart: Whether processes are started again at all; default true.
  ///   - store: Where running processes are written down.
  ///   - mark: By what processes of this program are known where the store knows none yet; the same at each start.
  ///   - observer: Hears what happens.
  ///   - signals: Hears how far each process can be relied on.
  ///   - runtime: Where time comes from; processes live in real time.
  ///   - wallClock: The time of day in Unix milliseconds.
  public init(
    _ processes: [SupervisedProcess], mayRestart: Bool = true, store: any HealingStore, mark: String,
    observer: (any SupervisionObserver)? = nil, signals: @escaping @Sendable (HealingSignal) -> Void = { _ in },
    runtime: Runtime = .live, wallClock: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.signals = signals
    self.runtime = runtime
    self.wallClock = wallClock
    self.markProposal = mark.replacing("|", with: "_")
    (self.loops, self.queue) = AsyncStream.makeStream(of: (String, Int).self)
    self.replace(processes, mayRestart: mayRestart)
  }

  /// Puts other processes in force: new ones are started, missing ones ended, changed ones restarted.
  public func replace(_ processes: [SupervisedProcess], mayRestart: Bool = true) {
    let now = self.wallClock()
    let started = self.core.withLock { core -> [(String, Int)] in
      core.mayRestart = mayRestart
      var started: [(String, Int)] = []
      core.order = []
      for process in processes where !core.order.contains(process.name) {
        core.order.append(process.name)
        if core.entries[process.name] != nil {
          core.entries[process.name]?.take(process)
        } else {
          core.generations += 1
          core.entries[process.name] = Entry(
            process: process, machine: RestartMachine(process.restart), generation: core.generations, since: now)
          started.append((process.name, core.generations))
        }
      }
      for name in core.entries.keys where !core.order.contains(name) { core.entries[name]?.wish = .stop }
      return started
    }
    for each in started { self.queue.yield(each) }
  }

  /// Runs the processes until `stop` or until the task is cancelled; all have ended when it returns.
  ///
  /// Call it once.
  public func run() async {
    await self.endOrphans()
    await withTaskGroup(of: Void.self) { group in
      for await (name, generation) in self.loops {
        group.addTask { await self.keepRunning(name, generation) }
      }
      await group.waitForAll()
    }
  }

  /// Ends all processes in order; `run` returns when they have ended.
  public func stop() {
    self.core.withLock { core in
      core.isStopping = true
      for name in core.entries.keys { core.entries[name]?.wish = .stop }
    }
    self.queue.finish()
  }

  /// Ends a process and starts it anew, or starts it if it does not run; returns when it runs.
  ///
  /// - Throws: `HealingTrouble` when there is none of that name, or it does not come up in time.
  public func restart(_ name: String) async throws -> String {
    let before = self.core.withLock { core -> Entry? in
      guard core.entries[name] != nil, core.mayRestart, !core.isStopping else { return nil }
      core.entries[name]?.wish = .restart
      core.entries[name]?.machine.forgive()
      return core.entries[name]
    }
    guard let before else {
      throw HealingTrouble("process '\(name)' cannot be restarted: it is not configured, or restarts are switched off")
    }
    let end = self.runtime.now() + (before.process.stopGrace + .seconds(10)).nanoseconds
    while self.runtime.now() < end {
      try await self.runtime.sleep(for: Self.look)
      let now = self.core.withLock { $0.entries[name] }
      if let now, let pid = now.pid, now.starts > before.starts, now.state == .running {
        return before.pid.map { "process \($0) ended, \(pid) started" } ?? "process \(pid) started"
      }
    }
    let reason = self.core.withLock { $0.entries[name]?.lastExit } ?? "it was not started"
    throw HealingTrouble("process '\(name)' does not come up: \(reason)")
  }

  /// Every process, in the order of the configuration.
  public func statuses() -> [SupervisedProcessStatus] {
    self.core.withLock { core in core.order.compactMap { core.entries[$0]?.status } }
  }

  /// How far a process can be relied on; nil where there is none of that name.
  public func health(of name: String) -> HealthState? { self.core.withLock { $0.entries[name]?.reliability } }

  /// Ends what an earlier start of this program has left behind.
  private func endOrphans() async {
    var grace: [String: Duration] = [:]
    do throws(ControlStoreFailure) {
      let mark = try await self.store.supervisionMark(proposal: self.markProposal)
      let known = self.core.withLock { core in
        core.mark = mark
        return core.entries.mapValues(\.process.stopGrace)
      }
      grace = known
      let boot = SystemProcesses.boot
      for record in try await self.store.loadProcesses() where record.boot == boot {
        guard let status = SystemProcesses.status(of: record.pid), status.startTicks == record.startTicks,
          !status.hasEnded
        else { continue }
        await self.end([record.pid], of: record.name, within: grace[record.name] ?? .seconds(10), isGroup: true)
      }
    } catch {
      self.core.withLock { $0.mark = self.markProposal }
      self.observer?.observe(.storageFailed(error, consequence: "only marked processes are found again"))
    }
    let mark = self.core.withLock { $0.mark }
    var orphans: [String: [Int64]] = [:]
    for (pid, value) in SystemProcesses.all(withVariable: SupervisionMark.variable) {
      guard let found = SupervisionMark(value), found.owner == mark, found.isOrphan else { continue }
      orphans[found.name, default: []].append(pid)
    }
    for (name, pids) in orphans { await self.end(pids, of: name, within: grace[name] ?? .seconds(10), isGroup: false) }
  }

  /// Asks processes to end, and kills what has not in time.
  private func end(_ pids: [Int64], of name: String, within grace: Duration, isGroup: Bool) async {
    func send(_ signal: Int32) {
      for pid in pids {
        if isGroup { SystemProcesses.send(signal, toGroup: pid) } else { SystemProcesses.send(signal, to: pid) }
      }
    }
    func isOver() -> Bool { pids.allSatisfy { SystemProcesses.status(of: $0)?.hasEnded ?? true } }
    send(SystemProcesses.terminate)
    let end = self.runtime.now() + grace.nanoseconds
    while !isOver(), self.runtime.now() < end {
      do { try await self.runtime.sleep(for: Self.look) } catch { break }
    }
    send(SystemProcesses.kill)
    self.observer?.observe(.orphansEnded(name, count: pids.count))
  }
}
