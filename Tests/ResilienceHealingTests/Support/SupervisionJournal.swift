import Resilience
import ResilienceHealing
import ResilienceInterfaces

/// What supervision did.
final class SupervisionJournal: SupervisionObserver {
  private let events = Lock([SupervisionEvent]())

  func observe(_ event: SupervisionEvent) { self.events.withLock { $0.append(event) } }

  var lines: [String] {
    self.events.withLock { $0.compactMap { if case .printed(_, let line) = $0 { line } else { nil } } }
  }
  var pids: [Int64] {
    self.events.withLock { $0.compactMap { if case .started(_, let pid, _) = $0 { pid } else { nil } } }
  }
  var endings: [String] {
    self.events.withLock { $0.compactMap { if case .ended(_, let ending, _) = $0 { ending } else { nil } } }
  }
  var orphans: Int {
    self.events.withLock { $0.reduce(0) { if case .orphansEnded(_, let count) = $1 { $0 + count } else { $0 } } }
  }
  var isLooping: Bool {
    self.events.withLock { $0.contains { if case .crashLooping = $0 { true } else { false } } }
  }
}
