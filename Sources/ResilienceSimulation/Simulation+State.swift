internal import Resilience

extension Simulation {
  /// What the lock protects: ready jobs, armed timers, the time, chance.
  struct State {
    /// Not 0: to a context that is "not read yet".
    static let origin: Instant = 1_000_000_000

    var jobs: [UnownedJob] = []
    private var timers = TimerHeap()
    private(set) var now: Instant = State.origin
    var chance: SeededGenerator
    private(set) var steps = 0

    init(chance: SeededGenerator) { self.chance = chance }

    /// One of the ready jobs, drawn by chance.
    mutating func takeJob() -> UnownedJob? {
      guard !self.jobs.isEmpty else { return nil }
      self.steps += 1
      return self.jobs.remove(at: Int(self.chance.next() % UInt64(self.jobs.count)))
    }

    /// The next timer, if it is due by then; the time jumps to it.
    mutating func takeTimer(until limit: Instant) -> TimerEntry? {
      guard let (deadline, timer) = self.timers.take(until: limit) else { return nil }
      self.now = max(self.now, deadline)
      return timer
    }

    /// Nothing happens until then.
    mutating func pass(until instant: Instant) { self.now = max(self.now, instant) }

    mutating func arm(_ timer: TimerEntry, at deadline: Instant) { self.timers.arm(timer, at: deadline) }
    mutating func disarm(_ timer: TimerEntry) { self.timers.disarm(timer) }
  }

  /// A simulated body that can never end: nothing is ready, no timer is armed, and it still waits.
  public struct Stuck: Error, CustomStringConvertible {
    /// The seed that it can be repeated with.
    public let seed: UInt64
    /// The virtual time since the world began.
    public let elapsed: Duration
    /// What happened and what to do.
    public var description: String {
      "seed \(self.seed): the body waits for ever, since \(self.elapsed): nothing is ready and no timer is armed; "
        + "look for a continuation that nobody resumes, or for a Task {} that left the simulation"
    }
  }
}
