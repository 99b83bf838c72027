internal import Resilience

/// Decides when a process that has ended is started again: ends and instants in, waits out.
///
/// The waits grow as Kubernetes' CrashLoopBackOff does, and begin anew after a life that was long enough. An end that
/// an operator or a workflow asked for is no crash.
struct RestartMachine: Sendable {
  /// From how many short lives in a row on it is called a crash loop.
  static let crashLoopFrom = 3

  var policy: RestartPolicy
  /// Short lives in a row.
  private(set) var crashes = 0
  private var startedAt: Instant = 0

  init(_ policy: RestartPolicy) { self.policy = policy }

  /// Whether waits have grown because it ends again and again.
  var isCrashLoop: Bool { self.crashes >= Self.crashLoopFrom }

  /// The process was started.
  mutating func started(at now: Instant) { self.startedAt = now }

  /// It has ended by itself: after which wait it is started again, or nil for not at all.
  mutating func ended(isSuccess: Bool, at now: Instant) -> Duration? {
    let lived = now - self.startedAt
    self.crashes = lived >= self.policy.stableAfter.nanoseconds ? 1 : self.crashes + 1
    return self.delay(isSuccess: isSuccess)
  }

  /// It could not be started.
  mutating func failedToStart() -> Duration? {
    self.crashes += 1
    return self.delay(isSuccess: false)
  }

  private func delay(isSuccess: Bool) -> Duration? {
    switch self.policy.mode {
    case .never: return nil
    case .onFailure where isSuccess: return nil
    case .always, .onFailure:
      let doublings = max(0, min(self.crashes - 1, 30))
      return min(self.policy.maxDelay, self.policy.initialDelay * (1 << doublings))
    }
  }

  /// Somebody asked for a new start: what went before does not count.
  mutating func forgive() { self.crashes = 0 }
}
