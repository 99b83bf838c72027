internal import Synchronization

/// A timer that cancels the task which set it.
///
/// Set and stopped in the same task, around its work: while the alarm is set the task is alive, so nobody has to hold
/// it.
@frozen
@usableFromInline
struct TaskAlarm {
  private let entry: Unmanaged<TimerEntry>?

  /// The alarm of virtual time, whose timers know entries only.
  private final class VirtualEntry: TimerEntry, @unchecked Sendable {
    let hasFired = Atomic<Bool>(false)
    private let owner: AnyObject
    init(_ owner: AnyObject) { self.owner = owner }
    override func fire() {
      if !CurrentTask.isCancelled(.passUnretained(self.owner)) { self.hasFired.store(true, ordering: .releasing) }
      CurrentTask.cancel(self.owner)
    }
  }

  private init(_ entry: Unmanaged<TimerEntry>?) { self.entry = entry }

  /// Sets the alarm for the current task; outside of a task nothing rings.
  @usableFromInline
  @inline(never)
  static func set(at deadline: Instant, on runtime: Runtime) -> TaskAlarm {
    guard deadline != .max, let task = CurrentTask.reference() else { return TaskAlarm(nil) }
    switch runtime {
    case .live: return TaskAlarm(LiveTimers.shared.arm(task: task, at: deadline))
    case .virtual(let time):
      let entry = VirtualEntry(task.takeUnretainedValue())
      time.arm(entry, at: deadline)
      return TaskAlarm(.passRetained(entry))
    }
  }

  /// Stops it, exactly once; true: it rang before, and the task was not cancelled already.
  @usableFromInline
  @inline(never)
  func stop(on runtime: Runtime) -> Bool {
    guard let entry else { return false }
    switch runtime {
    case .live: return LiveTimers.shared.disarm(task: entry)
    case .virtual(let time):
      let entry = entry.takeRetainedValue()
      // Asked before: an error that is older than the alarm is not the alarm's.
      let hasRung = (entry as? VirtualEntry)?.hasFired.load(ordering: .acquiring) ?? false
      time.disarm(entry)
      return hasRung
    }
  }
}
