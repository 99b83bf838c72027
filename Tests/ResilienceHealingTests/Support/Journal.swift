import Resilience
import ResilienceHealing

/// What was done, in order, and what was told of it.
final class Journal: HealingObserver {
  private let state = Lock((entries: [(text: String, at: Instant)](), events: [HealingEvent]()))

  func note(_ text: String, at now: Instant) { self.state.withLock { $0.entries.append((text, now)) } }
  func observe(_ event: HealingEvent) { self.state.withLock { $0.events.append(event) } }

  var entries: [(text: String, at: Instant)] { self.state.withLock { $0.entries } }
  var texts: [String] { self.entries.map(\.text) }
  var escalations: Int {
    self.state.withLock { $0.events.count { if case .escalated = $0 { true } else { false } } }
  }
}
