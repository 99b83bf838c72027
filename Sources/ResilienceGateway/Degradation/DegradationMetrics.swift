internal import ResilienceDegradation
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// What metrics say about modes, toggles, notices and reviews.
struct DegradationMetrics: Sendable {
  private let service: String
  private let modes: MetricFamily<Gauge>
  private let toggles: MetricFamily<Gauge>
  private let evaluations: MetricFamily<Counter>
  private let notices: MetricFamily<Counter>
  private let deliveries: MetricFamily<Counter>
  private let dropped: MetricFamily<Counter>
  private let reviews: MetricFamily<Counter>
  private let revalidations: MetricFamily<Counter>

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when a name is taken by something else.
  init(in metrics: GatewayMetrics) throws(MetricError) {
    let registry = metrics.registry
    self.service = metrics.service
    self.modes = try registry.gauge(
      "resilience_degradation_mode", help: "1 for the degradation mode in force, 0 for the others.",
      labels: ["service", "mode"])
    self.toggles = try registry.gauge(
      "resilience_toggle_available", help: "Whether a feature is on for anybody.", labels: ["service", "feature_flag"])
    self.evaluations = try registry.counter(
      "resilience_toggle_evaluations_total", help: "What toggles said, and why.",
      labels: ["service", "feature_flag", "variant", "reason"])
    self.notices = try registry.counter(
      "resilience_notices_total", help: "Notices to users.", labels: ["service", "kind"])
    self.deliveries = try registry.counter(
      "resilience_notice_deliveries_total", help: "Notices sent to webhooks, by how it ended.",
      labels: ["service", "receiver", "outcome"])
    self.dropped = try registry.counter(
      "resilience_notices_dropped_total", help: "Notices that a full queue before a webhook has lost.",
      labels: ["service", "receiver"])
    self.reviews = try registry.counter(
      "resilience_reviews_total", help: "Requests recorded for a person's decision, and what became of them.",
      labels: ["service", "dependency", "state"])
    self.revalidations = try registry.counter(
      "resilience_cache_revalidations_total",
      help: "Stale answers that were asked for again after they had been served.",
      labels: ["service", "dependency", "outcome"])
    self.show(.normal)
  }

  func show(_ mode: DegradationMode) {
    for each in DegradationMode.allCases {
      (try? self.modes.bind(self.service, each.rawValue))?.set(each == mode ? 1 : 0)
    }
  }

  func show(_ toggle: String, isAvailable: Bool) {
    (try? self.toggles.bind(self.service, toggle))?.set(isAvailable ? 1 : 0)
  }

  func forget(toggle: String) { self.toggles.remove(self.service, toggle) }

  func count(_ evaluation: ToggleEvaluation) {
    let (variant, reason) = (evaluation.variant, evaluation.reason.rawValue)
    (try? self.evaluations.bind(self.service, evaluation.toggle, variant, reason))?.increment()
  }

  func count(_ notice: ServiceNotice) {
    (try? self.notices.bind(self.service, notice.kind.rawValue))?.increment()
  }

  func countDelivery(to receiver: String, _ outcome: String) {
    (try? self.deliveries.bind(self.service, receiver, outcome))?.increment()
  }

  func countDropped(before receiver: String) {
    (try? self.dropped.bind(self.service, receiver))?.increment()
  }

  func countReview(of dependency: String, _ state: ReviewItem.State) {
    (try? self.reviews.bind(self.service, dependency, state.rawValue))?.increment()
  }

  func countRevalidation(of dependency: String, _ outcome: String) {
    (try? self.revalidations.bind(self.service, dependency, outcome))?.increment()
  }
}
