public import CoreMetrics
public import Resilience
internal import Tracing

/// An observer that counts what policies decide through swift-metrics, for programs without the gateway.
///
/// Metrics: `resilience_events_total{policy, name, operation, event}`, and under the names of the documents
/// `circuit_breaker_trips_total{breaker_name}`, `circuit_breaker_state{breaker_name}` (0 closed, 1 open, 2 half-open),
/// `retry_attempts_total{operation}` and `resilience_rejections_total{policy, name, reason}`. Handlers are made once
/// per policy and kind of event and kept. Cost: one look into a table under a lock for each event, and nothing for
/// calls that simply succeed. How long calls take is told by `Measured`.
public final class MetricsObserver: Observer {
  private struct Key: Hashable {
    let label: String
    let values: [String]
  }

  private let factory: (any MetricsFactory)?
  private let next: (any Observer)?
  private let counters = Lock<[Key: CoreMetrics.Counter]>([:])
  private let states = Lock<[String: CoreMetrics.Meter]>([:])

  /// Makes an observer.
  ///
  /// - Parameters:
  ///   - factory: Where handlers are made; by default where `MetricsSystem` was bootstrapped to.
  ///   - next: Hears everything too.
  public init(factory: (any MetricsFactory)? = nil, next: (any Observer)? = nil) {
    self.factory = factory
    self.next = next
  }

  /// A policy has decided something.
  public func observe(_ event: Event) {
    let policy = ("policy", event.policy.rawValue)
    self.count(
      "resilience_events_total",
      [policy, ("name", event.name), ("operation", event.operation), ("event", SpanEvents.spanEvent(event).name)])
    switch event.kind {
    case .attemptFailed: self.count("retry_attempts_total", [("operation", event.operation)])
    case .rejected(let rejection):
      self.count(
        "resilience_rejections_total", [policy, ("name", event.name), ("reason", rejection.reason.rawValue)])
    case .transitioned(_, let to, _):
      if to == "open" { self.count("circuit_breaker_trips_total", [("breaker_name", event.name)]) }
      self.state(of: event.name).set(to == "closed" ? 0 : to == "open" ? 1 : 2)
    default: break
    }
    self.next?.observe(event)
  }

  private func count(_ label: String, _ dimensions: [(String, String)]) {
    let key = Key(label: label, values: dimensions.map { $0.1 })
    let known = self.counters.withLock { $0[key] }
    if let known { return known.increment() }
    // Made outside of the lock: a factory is somebody else's code. Of two at once, one is kept.
    let made = CoreMetrics.Counter(label: label, dimensions: dimensions, factory: self.factory ?? MetricsSystem.factory)
    let kept = self.counters.withLock { counters in
      let kept = counters[key] ?? made
      counters[key] = kept
      return kept
    }
    kept.increment()
  }

  private func state(of breaker: String) -> CoreMetrics.Meter {
    let known = self.states.withLock { $0[breaker] }
    if let known { return known }
    let made = CoreMetrics.Meter(
      label: "circuit_breaker_state", dimensions: [("breaker_name", breaker)],
      factory: self.factory ?? MetricsSystem.factory)
    return self.states.withLock { states in
      let kept = states[breaker] ?? made
      states[breaker] = kept
      return kept
    }
  }
}
