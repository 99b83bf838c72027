internal import Synchronization

extension Bulkhead {
  /// Looks for permits that have been out for too long, tells of them, and frees their places if the settings say so.
  func noticeLeaks(_ core: inout Core, at now: Instant) {
    let found = core.machine.leaks(at: now)
    guard !found.isEmpty else { return }
    core.leaks += found.count
    let settings = core.machine.settings
    let what = found.count == 1 ? "a permit has" : "\(found.count) permits have"
    let then = settings.reclaimsLeaks ? "given to others" : "kept until it comes back"
    core.happened.append(
      .breached(
        reason: "\(what) been out for longer than \(Duration.nanoseconds(settings.maxHold ?? 0)); the place is \(then)")
    )
    if let most = settings.isolatesAtLeaks, core.machine.outstandingLeaks >= most, core.isolation == nil {
      self.beginIsolation(
        &core, Isolation(reason: "\(core.machine.outstandingLeaks) permits leak", actor: Isolation.rule, since: now))
    }
  }

  /// What a rule has isolated is lifted when its reason is gone.
  func liftIfMended(_ core: inout Core) {
    guard let isolation = core.isolation, isolation.isByRule else { return }
    let most = core.machine.settings.isolatesAtLeaks ?? .max
    if core.machine.outstandingLeaks < most { self.endIsolation(&core, "permits came back") }
  }

  /// Somebody waits, and a leaked permit may be all that he waits for: look when the next one counts as leaked.
  func watchLeaks(from instant: Instant, _ runtime: Runtime) -> LeakWatch {
    let watch = LeakWatch(self, runtime)
    runtime.arm(watch, at: instant)
    return watch
  }

  /// Looks for leaks while somebody waits.
  final class LeakWatch: TimerEntry, @unchecked Sendable {
    private let bulkhead: Bulkhead
    private let runtime: Runtime
    private let isStopped = Atomic(false)

    init(_ bulkhead: Bulkhead, _ runtime: Runtime) {
      self.bulkhead = bulkhead
      self.runtime = runtime
    }

    override func fire() {
      let next = self.bulkhead.change(in: Context(self.runtime)) { core, _ in core.machine.looksForLeaks }
      guard let next, !self.isStopped.load(ordering: .acquiring) else { return }
      self.runtime.arm(self, at: next)
    }

    func stop() {
      self.isStopped.store(true, ordering: .releasing)
      self.runtime.disarm(self)
    }
  }
}
