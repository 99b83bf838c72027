internal import Resilience
public import ResilienceTelemetry

/// Every metric of the gateway, registered once; each dependency binds its own series.
public final class GatewayMetrics: Sendable {
  /// Where they are registered.
  public let registry: MetricRegistry
  let service: String
  let requests: MetricFamily<Counter>
  let durations: MetricFamily<Histogram>
  let attempts: MetricFamily<Counter>
  let retries: MetricFamily<Counter>
  let fallbacks: MetricFamily<Counter>
  let breakerState: MetricFamily<Gauge>
  let breakerTrips: MetricFamily<Counter>
  let bulkheadInFlight: MetricFamily<Gauge>
  let bulkheadQueued: MetricFamily<Gauge>
  let bulkheadLimit: MetricFamily<Gauge>
  let bulkheadRejections: MetricFamily<Counter>
  let rejections: MetricFamily<Counter>
  let adaptiveLimit: MetricFamily<Gauge>
  let adaptiveInFlight: MetricFamily<Gauge>
  let budgetAvailable: MetricFamily<Gauge>
  let budgetExhausted: MetricFamily<Counter>
  let hedges: MetricFamily<Counter>
  let degradedServices: MetricFamily<Gauge>
  let recoveries: MetricFamily<Counter>
  let events: MetricFamily<Counter>
  let queueItems: MetricFamily<Gauge>
  let queueEvents: MetricFamily<Counter>

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when a name is taken by something else.
  public init(service: String, registry: MetricRegistry = MetricRegistry()) throws(MetricError) {
    self.service = service
    self.registry = registry
    let dependency = ["service", "dependency"]
    let breaker = ["service", "breaker_name"]
    self.requests = try registry.counter(
      "resilience_requests_total", help: "Calls by how they ended for the caller.",
      labels: ["service", "dependency", "outcome"])
    self.durations = try registry.histogram(
      "resilient_operation_duration_seconds", help: "How long calls took, attempts and waits included.",
      labels: ["service", "operation", "outcome"])
    self.attempts = try registry.counter(
      "resilience_attempts_total", help: "Attempts of all calls.", labels: dependency)
    self.retries = try registry.counter(
      "retry_attempts_total", help: "Attempts after the first of their call.", labels: dependency)
    self.fallbacks = try registry.counter(
      "resilience_fallbacks_total", help: "Calls that a fallback answered.",
      labels: ["service", "dependency", "source"])
    self.breakerState = try registry.gauge(
      "circuit_breaker_state", help: "0 closed, 1 open (or isolated), 2 half-open.", labels: breaker)
    self.breakerTrips = try registry.counter(
      "circuit_breaker_trips_total", help: "How often breakers opened.", labels: breaker)
    self.bulkheadInFlight = try registry.gauge(
      "resilience_bulkhead_in_flight", help: "Calls inside the bulkhead.", labels: dependency)
    self.bulkheadQueued = try registry.gauge(
      "resilience_bulkhead_queued", help: "Calls that wait for a place.", labels: dependency)
    self.bulkheadLimit = try registry.gauge(
      "resilience_bulkhead_limit", help: "Places in the bulkhead.", labels: dependency)
    self.bulkheadRejections = try registry.counter(
      "resilience_bulkhead_rejections_total", help: "Calls that the bulkhead refused.", labels: dependency)
    self.rejections = try registry.counter(
      "resilience_rejections_total", help: "Calls that a policy refused or ended, by policy and reason.",
      labels: ["service", "dependency", "policy", "reason"])
    self.adaptiveLimit = try registry.gauge(
      "resilience_adaptive_limit", help: "How many calls may be under way, as the limiter has found out.",
      labels: dependency)
    self.adaptiveInFlight = try registry.gauge(
      "resilience_adaptive_in_flight", help: "Calls inside the adaptive limiter.", labels: dependency)
    self.budgetAvailable = try registry.gauge(
      "resilience_retry_budget_available", help: "Extra attempts that the retry budget could pay for now.",
      labels: dependency)
    self.budgetExhausted = try registry.counter(
      "resilience_retry_budget_exhausted_total", help: "Retries and hedges that the spent budget prevented.",
      labels: dependency)
    self.hedges = try registry.counter(
      "resilience_hedges_total", help: "Attempts begun beside a slow one.", labels: dependency)
    self.degradedServices = try registry.gauge(
      "degraded_services", help: "Dependencies that are degraded or away.", labels: ["service"])
    self.recoveries = try registry.counter(
      "service_recovery_total", help: "How often a dependency came back.", labels: dependency)
    self.events = try registry.counter(
      "resilience_events_total", help: "What policies decided, by kind.", labels: ["service", "dependency", "event"])
    self.queueItems = try registry.gauge(
      "resilience_queue_items", help: "Kept requests, by their state.", labels: ["service", "dependency", "state"])
    self.queueEvents = try registry.counter(
      "resilience_queue_events_total", help: "What happened to kept requests, by kind.",
      labels: ["service", "dependency", "event"])
  }
}
