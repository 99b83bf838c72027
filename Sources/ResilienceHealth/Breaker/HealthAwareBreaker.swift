public import Resilience
internal import ResilienceInterfaces

/// Lets a background check open a breaker before callers fail, and close it early (R2.10).
///
/// When the check's belief becomes unhealthy the breaker is isolated, with the check's finding as the reason; when it
/// becomes usable again the breaker is given back and begins closed, and one that opened by itself is closed without
/// waiting for its open time. What an operator has decided is never touched. When `run` ends the breaker is given back.
///
/// How fast this is follows from the check's schedule: `fall` intervals to open, `rise` to close.
public struct HealthAwareBreaker: Sendable {
  private let breaker: CircuitBreaker
  private let monitor: HealthMonitor
  private let component: String
  private let runtime: Runtime

  /// Ties a breaker to the check of a component.
  ///
  /// - Parameters:
  ///   - breaker: The breaker to guide.
  ///   - component: The component's name in the monitor.
  ///   - monitor: Makes the check; it has to `run`.
  ///   - runtime: Where time comes from.
  public init(
    _ breaker: CircuitBreaker, followsCheckOf component: String, in monitor: HealthMonitor, runtime: Runtime = .live
  ) {
    self.breaker = breaker
    self.component = component
    self.monitor = monitor
    self.runtime = runtime
  }

  /// Guides the breaker until the task is cancelled.
  public func run() async {
    let changes = self.monitor.changes()
    for await change in changes where change.name == self.component { self.follow(change) }
    if self.holder == BreakerGuidance.actor {
      self.breaker.letGo(reason: "the check has ended", actor: BreakerGuidance.actor, on: self.runtime)
    }
  }

  private var holder: String? { self.breaker.snapshot(on: self.runtime).operatorDecision?.actor }

  private func follow(_ change: HealthChange) {
    let state = self.breaker.state(on: self.runtime)
    switch BreakerGuidance.action(change.to, state, holder: self.holder) {
    case .none: return
    case .isolate:
      self.breaker.take(
        .isolated, reason: "the check of '\(change.name)' fails: \(change.output ?? "no reason given")",
        actor: BreakerGuidance.actor, on: self.runtime)
    case .letGo:
      self.breaker.letGo(
        reason: "the check of '\(change.name)' succeeds", actor: BreakerGuidance.actor, on: self.runtime)
    case .close: self.breaker.reset(on: self.runtime)
    }
  }
}
