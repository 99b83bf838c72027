import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Shared timers: a hashed wheel of 1 ms slots, sharded by thread, and one thread that sleeps until the next occupied
/// slot.
///
/// Arming and disarming are O(1), take one rarely contended lock and allocate nothing.
final class LiveTimers: @unchecked Sendable {
  static let shared = LiveTimers()
  private static let shards = 8
  static let slots = 512

  struct Shard: ~Copyable, @unchecked Sendable {
    let heads: UnsafeMutablePointer<Unmanaged<TimerEntry>?>
    var count = 0
    /// The last tick that was looked at; nothing may be put at or before it, or it would wait for the wheel to come
    /// round.
    var done: Int64 = 0
    /// Entries for tasks' alarms, linked by `next`: an object costs 32 ns to make.
    var spare: Unmanaged<TimerEntry>?
    var spares = 0
    init() {
      self.heads = .allocate(capacity: slots)
      self.heads.initialize(repeating: nil, count: slots)
    }
  }
  struct PaddedShard: ~Copyable {
    let lock = Lock(Shard())
    let padding: InlineArray<16, Int> = .init(repeating: 0)
  }

  // Raw memory: an array of objects would be retained and released on every access.
  let all: UnsafeMutablePointer<PaddedShard> = {
    let all = UnsafeMutablePointer<PaddedShard>.allocate(capacity: shards)
    for index in 0..<shards { (all + index).initialize(to: PaddedShard()) }
    return all
  }()
  /// The tick at which the thread will look again; `.max` while it is looking.
  private let wakeTick = Atomic<Int64>(.max)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var nudged = false  // under `mutex`
  /// Before anybody can arm: the thread may start late, and must look at every tick since then.
  private let firstTick = LiveTime.now() / 1_000_000

  private init() {
    pthread_mutex_init(self.mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(self.condition, &attributes)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        if let opaque = $0 { Unmanaged<LiveTimers>.fromOpaque(opaque).takeUnretainedValue().run() }
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    pthread_detach(thread)
  }

  private static func tick(_ instant: Instant) -> Int64 { instant / 1_000_000 + 1 }  // never early

  /// The timers keep an armed entry alive.
  func arm(_ entry: TimerEntry, at deadline: Instant) {
    let shard = Self.shard()
    let tick = self.all[shard].lock.withLock { Self.link(Unmanaged.passRetained(entry), at: deadline, shard, &$0) }
    self.awake(by: tick)
  }

  /// Puts an entry into its slot; the tick at which it will be looked at.
  @inline(__always)
  static func link(
    _ reference: Unmanaged<TimerEntry>, at deadline: Instant, _ shard: Int, _ state: inout Shard
  ) -> Int64 {
    reference._withUnsafeGuaranteedRef { entry in
      let tick = max(Self.tick(deadline), state.done + 1)
      let slot = Int(truncatingIfNeeded: tick) & (Self.slots - 1)
      entry.deadline = deadline
      entry.shard = Int32(truncatingIfNeeded: shard)
      entry.slot = Int32(truncatingIfNeeded: slot)
      entry.previous = nil
      entry.next = state.heads[slot]
      entry.next?._withUnsafeGuaranteedRef { $0.previous = reference }
      state.heads[slot] = reference
      state.count += 1
      return tick
    }
  }

  /// Makes sure that the thread looks at a tick.
  @inline(__always)
  func awake(by tick: Int64) {
    if tick < self.wakeTick.load(ordering: .sequentiallyConsistent) { self.nudge() }
  }

  /// Which shard this thread arms in.
  @inline(__always)
  static func shard() -> Int { LiveTime.stripe() & (Self.shards - 1) }

  func disarm(_ entry: TimerEntry) {
    self.all[Int(entry.shard)].lock.withLock { state in
      if Self.unlink(entry, &state) { Unmanaged.passUnretained(entry).release() }
    }
  }

  /// Takes an entry out of its slot; false: it was in none.
  static func unlink(_ entry: TimerEntry, _ state: inout Shard) -> Bool {
    guard entry.slot >= 0 else { return false }
    if let previous = entry.previous {
      previous._withUnsafeGuaranteedRef { $0.next = entry.next }
    } else {
      state.heads[Int(entry.slot)] = entry.next
    }
    entry.next?._withUnsafeGuaranteedRef { $0.previous = entry.previous }
    entry.slot = -1
    state.count -= 1
    return true
  }

  @inline(never)
  private func nudge() {
    pthread_mutex_lock(self.mutex)
    self.nudged = true
    pthread_cond_signal(self.condition)
    pthread_mutex_unlock(self.mutex)
  }

  private func run() -> Never {
    var done = self.firstTick
    var idle = false
    while true {
      // Whoever arms from here on sees `.max` and nudges, so nothing armed during the scan is missed.
      self.wakeTick.store(.max, ordering: .sequentiallyConsistent)
      let now = LiveTime.now()
      let current = now / 1_000_000
      if current > done {
        self.expire(max(done + 1, current - Int64(Self.slots) + 1)...current, now)
        done = current
      }
      // Empty: look once more in half a second before parking for good, or a caller who arms and disarms in a loop
      // would wake this thread for every call.
      let occupied = self.nextOccupied(after: done)
      let next = occupied ?? (idle ? .max - 1 : done + Int64(Self.slots))
      idle = occupied == nil
      self.wakeTick.store(next, ordering: .sequentiallyConsistent)
      self.wait(until: next)
    }
  }

  private func expire(_ ticks: ClosedRange<Int64>, _ now: Instant) {
    for shard in 0..<Self.shards {
      // Fired outside the lock.
      var due = Due()
      self.all[shard].lock.withLock { state in
        state.done = ticks.upperBound
        guard state.count > 0 else { return }
        for tick in ticks { Self.takeDue(&state, Int(truncatingIfNeeded: tick) & (Self.slots - 1), now, &due) }
      }
      for entry in due.entries { entry.fire() }
      for task in due.tasks { CurrentTask.cancel(task) }
    }
  }

  private static func takeDue(_ state: inout Shard, _ slot: Int, _ now: Instant, _ due: inout Due) {
    var cursor = state.heads[slot]
    while let entry = cursor?.takeUnretainedValue() {
      cursor = entry.next
      guard entry.deadline <= now else { continue }
      if let task = entry.task {
        entry.hasRung = !CurrentTask.isCancelled(task)
        due.tasks.append(task.takeUnretainedValue())
        _ = Self.unlink(entry, &state)  // its task still has it, and gives it back
      } else {
        due.entries.append(entry)
        if Self.unlink(entry, &state) { Unmanaged.passUnretained(entry).release() }
      }
    }
  }

  /// What is to be done outside the lock: a task is held from here on, its entry is not ours any more.
  private struct Due {
    var entries: [TimerEntry] = []
    var tasks: [AnyObject] = []
  }

  private func nextOccupied(after done: Int64) -> Int64? {
    var next: Int64?
    for shard in 0..<Self.shards {
      self.all[shard].lock.withLock { state in
        guard state.count > 0 else { return }
        for tick in done + 1...done + Int64(Self.slots) where tick < next ?? .max {
          if state.heads[Int(truncatingIfNeeded: tick) & (Self.slots - 1)] != nil { next = tick }
        }
      }
    }
    return next
  }

  private func wait(until tick: Int64) {
    pthread_mutex_lock(self.mutex)
    if !self.nudged {
      let seconds = min(tick / 1000, LiveTime.now() / 1_000_000_000 + 3600)
      var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(tick % 1000) * 1_000_000)
      pthread_cond_timedwait(self.condition, self.mutex, &time)
    }
    self.nudged = false
    pthread_mutex_unlock(self.mutex)
  }
}
