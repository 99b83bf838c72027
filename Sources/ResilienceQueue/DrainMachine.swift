internal import Resilience

/// Decides how many items a worker takes, and when: pure.
///
/// It begins with one item at a time and doubles with each round of successes, halves with each failure, and stops for
/// a while when a policy refuses (an open breaker): then one item probes, and the doubling begins again. So a
/// dependency that has just recovered meets its backlog slowly (slow start, as in TCP). On top of that a pace bounds
/// how many begin each second.
struct DrainMachine: Sendable {
  /// What it is told once.
  struct Settings: Sendable {
    /// The most items at once.
    var concurrency: Int
    /// Nanoseconds between two beginnings; 0 for no pace.
    var interval: Int64
    /// The pause after a refusal that names no length.
    var pause: Int64
    /// After how long the store is asked again.
    var poll: Int64
  }

  /// What to do next.
  enum Action: Equatable {
    /// Claim up to so many items, then say `claimed` or `storeFailed`.
    case claim(Int)
    /// Wait until an instant, or until something happens.
    case wait(Instant)
    /// Nothing runs any more.
    case finished
  }

  /// How the work on an item ended.
  enum Outcome: Equatable {
    /// It was done.
    case success
    /// It failed; it may be tried again.
    case failure
    /// It was settled without telling anything about what it calls.
    case settled
    /// A policy refused; nil: it did not say for how long.
    case refused(after: Int64?)
  }

  private enum Phase: Equatable {
    /// Takes items.
    case draining
    /// A policy has refused: takes nothing until then.
    case paused(until: Instant)
    /// Takes nothing any more.
    case stopping
  }

  private let settings: Settings
  private var phase = Phase.draining
  private(set) var inFlight = 0
  /// How many may be in flight now.
  private(set) var allowed = 1
  private var successes = 0
  /// Nothing is due before.
  private var lookAgain: Instant = .min
  /// When the next item may begin; lags behind by at most a second, so that a pause is not made up for at once.
  private var nextBeginning: Instant = .min
  private var storeFailures = 0

  init(_ settings: Settings) { self.settings = settings }

  /// Whether a policy has refused, and the pause is not over.
  var isPaused: Bool { if case .paused = self.phase { true } else { false } }

  mutating func next(at now: Instant) -> Action {
    switch self.phase {
    case .stopping: return self.inFlight == 0 ? .finished : .wait(.max)
    case .paused(let until):
      if now < until { return .wait(until) }
      self.phase = .draining
      self.lookAgain = .min
    case .draining: break
    }
    let room = self.allowed - self.inFlight
    if room <= 0 { return .wait(.max) }
    if now < self.lookAgain { return .wait(self.lookAgain) }
    let count = self.pace(room, now)
    if count == 0 { return .wait(self.nextBeginning) }
    self.inFlight += count
    return .claim(count)
  }

  /// How many of those wanted may begin now.
  private mutating func pace(_ wanted: Int, _ now: Instant) -> Int {
    guard self.settings.interval > 0 else { return wanted }
    guard now >= self.nextBeginning else { return 0 }
    let start = max(self.nextBeginning, now - min(1_000_000_000, self.settings.interval * Int64(wanted - 1)))
    let count = Int(min(Int64(wanted), (now - start) / self.settings.interval + 1))
    self.nextBeginning = start + self.settings.interval * Int64(count)
    return count
  }

  /// The store has given so many of those asked for; `nextDue`: after so many nanoseconds there will be more.
  mutating func claimed(_ count: Int, of wanted: Int, nextDue: Int64?, at now: Instant) {
    self.storeFailures = 0
    self.giveBack(wanted - count)
    if count < wanted { self.lookAgain = now + min(max(1_000_000, nextDue ?? .max), self.settings.poll) }
  }

  /// The store has failed: it is asked again, less and less often.
  mutating func storeFailed(wanted: Int, at now: Instant) {
    self.giveBack(wanted)
    self.storeFailures = min(self.storeFailures + 1, 16)
    let delay = min(50_000_000 << Int64(self.storeFailures), max(self.settings.poll, 5_000_000_000))
    self.lookAgain = now + delay
  }

  private mutating func giveBack(_ count: Int) {
    self.inFlight -= count
    if self.settings.interval > 0 { self.nextBeginning -= self.settings.interval * Int64(count) }
  }

  /// Something was enqueued, or may have been.
  mutating func changed() { if self.storeFailures == 0 { self.lookAgain = .min } }

  /// The work on an item has ended.
  mutating func ended(_ outcome: Outcome, at now: Instant) {
    self.inFlight -= 1
    self.changed()
    switch outcome {
    case .success:
      self.successes += 1
      if self.successes >= self.allowed {
        self.allowed = min(self.settings.concurrency, self.allowed * 2)
        self.successes = 0
      }
    case .failure:
      self.allowed = max(1, self.allowed / 2)
      self.successes = 0
    case .settled: break
    case .refused(let after):
      self.allowed = 1
      self.successes = 0
      let until = now + max(1_000_000, after ?? self.settings.pause)
      switch self.phase {
      case .draining: self.phase = .paused(until: until)
      case .paused(let earlier): self.phase = .paused(until: max(earlier, until))
      case .stopping: break
      }
    }
  }

  /// What has refused may let through again: the pause is over.
  mutating func resume() {
    guard self.isPaused else { return }
    self.phase = .draining
    self.lookAgain = .min
  }

  /// Takes nothing from now on.
  mutating func stop() { self.phase = .stopping }
}
