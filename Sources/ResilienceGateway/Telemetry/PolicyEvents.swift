internal import Logging
public import Resilience
public import ResilienceInterfaces
internal import ResilienceTelemetry

/// Hears what policies decide, and tells the log, the metrics and the operators' feed.
public final class PolicyEvents: Observer {
  private let log: Logger
  private let feed: ControlEventFeed
  private let clock: WallClock
  private let metrics: GatewayMetrics

  /// Makes an observer.
  public convenience init(metrics: GatewayMetrics, feed: ControlEventFeed, clock: WallClock = .system) {
    self.init(metrics: metrics, feed: feed, clock: clock, log: Logger(label: "resilience.policy"))
  }

  /// Makes an observer with a log of its own; for tests.
  init(metrics: GatewayMetrics, feed: ControlEventFeed, clock: WallClock, log: Logger) {
    self.log = log
    self.metrics = metrics
    self.feed = feed
    self.clock = clock
  }

  /// A policy has decided something.
  public func observe(_ event: Event) {
    let dependency = event.operation.isEmpty ? event.name : event.operation
    let description = PolicyEventDescription(event)
    if let counter = try? self.metrics.events.bind(self.metrics.service, dependency, description.kind) {
      counter.increment()
    }
    self.count(event, of: dependency)
    self.log(event, description, dependency)
    SpanEvents.record(event)
    guard description.isForOperators else { return }
    self.feed.publish(
      at: self.clock.now, kind: description.kind, subject: dependency, message: description.message(of: dependency),
      severity: description.severity, actor: description.actor)
  }

  /// Counts what has a metric of its own.
  private func count(_ event: Event, of dependency: String) {
    let service = self.metrics.service
    switch event.kind {
    case .transitioned(_, to: let state, _):
      if state == "open" { (try? self.metrics.breakerTrips.bind(service, event.name))?.increment() }
      self.metrics.signals.receive(.breaker(name: event.name, state: state))
    case .rejected(let rejection):
      let (policy, reason) = (rejection.policy.rawValue, rejection.reason.rawValue)
      (try? self.metrics.rejections.bind(service, dependency, policy, reason))?.increment()
      if rejection.policy == .bulkhead {
        (try? self.metrics.bulkheadRejections.bind(service, dependency))?.increment()
      }
    case .retriesEnded(_, .budgetExhausted), .hedgeSkipped(.budgetExhausted):
      (try? self.metrics.budgetExhausted.bind(service, dependency))?.increment()
    case .hedged: (try? self.metrics.hedges.bind(service, dependency))?.increment()
    default: break
    }
  }

  private func log(_ event: Event, _ description: PolicyEventDescription, _ dependency: String) {
    var metadata: Logger.Metadata = [
      "dependency": .string(dependency), "policy": .string(event.policy.rawValue), "event": .string(description.kind),
    ]
    if let correlationID = event.correlationID { metadata["correlation_id"] = .string(correlationID) }
    for (key, value) in description.details { metadata[key] = .string(value) }
    if event.policy == .retry { metadata["attempt"] = .stringConvertible(event.attempt) }
    let level: Logger.Level =
      switch description.severity {
      case .info: description.isForOperators ? .info : .debug
      case .warning: .warning
      case .critical: .error
      }
    self.log.log(level: level, "\(description.message(of: dependency))", metadata: metadata)
  }
}
