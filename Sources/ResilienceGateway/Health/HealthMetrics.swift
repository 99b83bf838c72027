internal import Resilience
internal import ResilienceHealth
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// What metrics say about health: of the whole, and of each component.
struct HealthMetrics: Sendable {
  private let service: String
  private let states: MetricFamily<Gauge>
  private let scores: MetricFamily<Gauge>
  private let causes: MetricFamily<Gauge>
  private let checks: MetricFamily<Counter>
  private let durations: MetricFamily<Histogram>
  private let score: Gauge
  private let ready: Gauge

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when a name is taken by something else.
  init(in metrics: GatewayMetrics) throws(MetricError) {
    let registry = metrics.registry
    let component = ["service", "component"]
    self.service = metrics.service
    self.states = try registry.gauge(
      "resilience_health_state", help: "0 healthy, 1 degraded, 2 unhealthy, -1 unknown.", labels: component)
    self.scores = try registry.gauge(
      "resilience_health_component_score", help: "Health of a component, 0 to 100.", labels: component)
    self.causes = try registry.gauge(
      "resilience_health_root_cause", help: "Whether a component is named as the cause of trouble.", labels: component)
    self.checks = try registry.counter(
      "resilience_health_checks_total", help: "Checks made, by what they found.",
      labels: ["service", "component", "result"])
    self.durations = try registry.histogram(
      "resilience_health_check_duration_seconds", help: "How long checks took.", labels: component)
    self.score = try registry.gauge(
      "resilience_health_score", help: "Health of the whole, 0 to 100.", labels: ["service"]
    ).bind(metrics.service)
    self.ready = try registry.gauge(
      "resilience_health_ready", help: "Whether new requests should be sent here.", labels: ["service"]
    ).bind(metrics.service)
  }

  /// A check has ended.
  func count(_ name: String, _ result: String, nanoseconds: Int64) {
    (try? self.checks.bind(self.service, name, result))?.increment()
    (try? self.durations.bind(self.service, name))?.observe(Double(nanoseconds) / 1e9)
  }

  /// Brings the gauges up to date.
  func refresh(_ snapshot: HealthSnapshot, isReady: Bool) {
    self.ready.set(isReady ? 1 : 0)
    if let score = snapshot.score { self.score.set(Double(score)) }
    for component in snapshot.components {
      let name = component.node.name
      (try? self.states.bind(self.service, name))?.set(Self.number(component.state))
      (try? self.causes.bind(self.service, name))?.set(component.isCause ? 1 : 0)
      if let score = component.score { (try? self.scores.bind(self.service, name))?.set(Double(score)) }
    }
  }

  /// Takes away what says how a component is, because it is not watched any more.
  func forget(_ name: String) {
    for family in [self.states, self.scores, self.causes] { family.remove(self.service, name) }
  }

  private static func number(_ state: HealthState) -> Double {
    switch state {
    case .healthy: 0
    case .degraded: 1
    case .unhealthy: 2
    case .unknown: -1
    }
  }
}
