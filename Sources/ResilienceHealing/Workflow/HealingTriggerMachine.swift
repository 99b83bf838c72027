internal import Resilience
internal import ResilienceInterfaces

/// Notices when a trigger's condition holds: signals and instants in, "since when" out.
///
/// Health and breaker triggers are levels: they hold as long as the trouble lasts. An error pattern holds once, and is
/// counted anew when a run has begun.
struct HealingTriggerMachine: Sendable {
  let trigger: HealingTrigger
  /// Since when the level is bad.
  private var since: Instant?
  private var observations = 0
  /// The newest matching failures, no more than the pattern needs.
  private var failures: [Instant] = []

  init(_ trigger: HealingTrigger) { self.trigger = trigger }

  /// Hears a signal.
  mutating func hear(_ signal: HealingSignal, at now: Instant) {
    switch (self.trigger, signal) {
    case (.health(let subject, let alsoDegraded, _, _), .health(let told, let state)) where told == subject:
      // That nobody knows is no reason to act, and none to think that the trouble is over.
      if state == .unknown { return }
      self.level(state == .unhealthy || (alsoDegraded && state == .degraded), at: now)
    case (.breakerOpen(let name, _), .breaker(let told, let state)) where told == name:
      // Half-open is a probe: neither a new opening nor the end of the trouble.
      if state == "halfOpen" { return }
      self.level(state == "open", at: now)
    case (.errors(let pattern), .failure(let dependency, let code, let category))
    where pattern.matches(dependency, code, category):
      self.failures.append(now)
      if self.failures.count > pattern.count { self.failures.removeFirst() }
    default: break
    }
  }

  private mutating func level(_ isBad: Bool, at now: Instant) {
    if isBad {
      self.since = self.since ?? now
      self.observations += 1
    } else {
      self.since = nil
      self.observations = 0
    }
  }

  /// Since when the trouble has been there, if the condition holds now.
  func detection(at now: Instant) -> Instant? {
    switch self.trigger {
    case .operatorOnly: return nil
    case .errors(let pattern):
      guard self.failures.count >= pattern.count, let first = self.failures.first, let last = self.failures.last,
        last - first <= pattern.within.nanoseconds
      else { return nil }
      return first
    case .health, .breakerOpen:
      guard let since, let due, now >= due else { return nil }
      return since
    }
  }

  /// When the condition holds if no signal comes; nil where it does not by time alone.
  var due: Instant? {
    guard let since else { return nil }
    switch self.trigger {
    case .operatorOnly, .errors: return nil
    case .health(_, _, let length, let needed):
      return self.observations >= needed ? since + length.nanoseconds : nil
    case .breakerOpen(_, let length): return since + length.nanoseconds
    }
  }

  /// A run has begun: an error pattern begins anew.
  mutating func answered() { self.failures.removeAll() }
}
