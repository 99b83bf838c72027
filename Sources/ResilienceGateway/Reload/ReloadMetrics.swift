internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// What metrics say about the configuration in force; Prometheus' own names for the same, with our prefix.
struct ReloadMetrics: Sendable {
  private let service: String
  private let reloads: MetricFamily<Counter>
  private let succeeded: Gauge
  private let succeededAt: Gauge
  private let pending: Gauge
  private let overridden: Gauge
  private let info: MetricFamily<Gauge>

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when a name is taken by something else.
  init(in metrics: GatewayMetrics) throws(MetricError) {
    let registry = metrics.registry
    self.service = metrics.service
    self.reloads = try registry.counter(
      "resilience_config_reloads_total", help: "Readings of the configuration after the start, by result.",
      labels: ["service", "result"])
    self.succeeded = try registry.gauge(
      "resilience_config_last_reload_successful",
      help: "Whether the configuration that was read last could be put in force.", labels: ["service"]
    ).bind(metrics.service)
    self.succeededAt = try registry.gauge(
      "resilience_config_last_reload_success_timestamp_seconds",
      help: "When the configuration in force was read, in Unix seconds.", labels: ["service"]
    ).bind(metrics.service)
    self.pending = try registry.gauge(
      "resilience_config_pending_restart_settings", help: "Settings of the file that wait for a restart.",
      labels: ["service"]
    ).bind(metrics.service)
    self.overridden = try registry.gauge(
      "resilience_config_runtime_overrides", help: "Settings that operators have changed while the program ran.",
      labels: ["service"]
    ).bind(metrics.service)
    self.info = try registry.gauge(
      "resilience_config_info", help: "Always 1; the label tells which configuration is in force.",
      labels: ["service", "hash"])
    for result in ConfigurationStatus.Result.allCases {
      _ = try self.reloads.bind(metrics.service, result.rawValue)
    }
  }

  /// A configuration is in force.
  func inForce(_ hash: String, instead former: String?, at milliseconds: Int64, pending: Int) {
    if let former, former != hash { self.info.remove(self.service, former) }
    (try? self.info.bind(self.service, hash))?.set(1)
    self.succeededAt.set(Double(milliseconds) / 1_000)
    self.pending.set(Double(pending))
    self.succeeded.set(1)
  }

  /// So many settings are operators' decisions.
  func overrides(_ count: Int) { self.overridden.set(Double(count)) }

  /// One was read.
  func count(_ result: ConfigurationStatus.Result) {
    (try? self.reloads.bind(self.service, result.rawValue))?.increment()
    if result == .rejected { self.succeeded.set(0) }
  }
}
