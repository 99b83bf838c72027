public import Resilience
internal import ResilienceInterfaces

/// Lets a background check open a breaker before callers fail, and close it early (R2.10).
///
/// When the check's belief becomes unhealthy the breaker is isolated, with the check's finding as the reason; when it
/// becomes usable again the breaker is given back and begins closed, and one that opened by itself is closed without
/// waiting for its open time. What an operator has decided is never touched, also not if he decides at the same moment:
/// the breaker takes the check's word only if nobody else holds it. When `run` ends the breaker is given back.
///
/// How fast this is follows from the check's schedule: `fall` intervals to open, `rise` to close.
public struct HealthAwareBreaker: Sendable {
  /// Whom the breaker names as the one who holds it.
  public static let actor = BreakerGuidance.actor

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
    self.end(because: "the check has ended")
  }

  /// The belief has changed: opens, gives back, or closes early.
  public func follow(_ change: HealthChange) { self.apply(change.to, change.output, isChange: true) }

  /// Makes sure that the breaker is where the check wants it, whatever has happened since the last change: an operator
  /// has given it back, or it is a new one.
  ///
  /// Never closes a breaker that has opened by itself: a check that is content while calls fail would do so for ever.
  public func uphold() {
    guard let belief = self.monitor.belief(of: self.component) else {
      return self.end(because: "there is no check any more")
    }
    let output = self.monitor.lastResult(of: self.component)?.output
    self.apply(belief, output, isChange: false)
  }

  /// Gives the breaker back if the check holds it.
  public func end(because reason: String) {
    self.breaker.letGo(ifHeldBy: BreakerGuidance.actor, reason: reason, on: self.runtime)
  }

  private func apply(_ health: HealthState, _ output: String?, isChange: Bool) {
    let state = self.breaker.state(on: self.runtime)
    let holder = self.breaker.snapshot(on: self.runtime).operatorDecision?.actor
    switch BreakerGuidance.action(health, state, holder: holder) {
    case .none: return
    case .isolate:
      self.breaker.takeUnlessHeld(
        .isolated, reason: "the check of '\(self.component)' fails: \(output ?? "no reason given")",
        actor: BreakerGuidance.actor, on: self.runtime)
    case .letGo:
      self.breaker.letGo(
        ifHeldBy: BreakerGuidance.actor, reason: "the check of '\(self.component)' succeeds", on: self.runtime)
    case .close: if isChange { self.breaker.reset(on: self.runtime) }
    }
  }
}
