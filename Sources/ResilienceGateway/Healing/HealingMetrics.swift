internal import ResilienceHealing
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// What metrics say of healing and supervision.
struct HealingMetrics: Sendable {
  private let service: String
  private let runs: MetricFamily<Counter>
  private let actions: MetricFamily<Counter>
  private let escalations: MetricFamily<Counter>
  private let recovery: MetricFamily<Histogram>
  private let running: Gauge
  private let stopped: Gauge
  private let up: MetricFamily<Gauge>
  private let restarts: MetricFamily<Counter>

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when a name is taken by something else.
  init(in metrics: GatewayMetrics) throws(MetricError) {
    let registry = metrics.registry
    self.service = metrics.service
    self.runs = try registry.counter(
      "resilience_healing_runs_total", help: "Healing runs that have ended, by how.",
      labels: ["service", "workflow", "result"])
    self.actions = try registry.counter(
      "resilience_healing_actions_total", help: "Actions of healing runs, undoings included, by how they ended.",
      labels: ["service", "workflow", "action", "result"])
    self.escalations = try registry.counter(
      "resilience_healing_escalations_total", help: "Healing runs that asked for a person.",
      labels: ["service", "workflow"])
    self.recovery = try registry.histogram(
      "resilience_healing_recovery_seconds", help: "From the trouble's detection to its verified end.",
      labels: ["service", "workflow"], bounds: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800])
    self.running = try registry.gauge(
      "resilience_healing_runs_active", help: "Healing runs under way.", labels: ["service"]
    ).bind(metrics.service)
    self.stopped = try registry.gauge(
      "resilience_healing_stopped", help: "Whether an operator has stopped all healing.", labels: ["service"]
    ).bind(metrics.service)
    self.up = try registry.gauge(
      "resilience_supervised_process_up", help: "Whether a supervised process runs.", labels: ["service", "process"])
    self.restarts = try registry.counter(
      "resilience_supervised_restarts_total", help: "How often a supervised process was started again.",
      labels: ["service", "process"])
  }

  /// Begins the count of escalations at 0: from a series that is not there before the first one, Prometheus' `increase`
  /// would miss just that.
  func expect(_ workflows: [String]) {
    for workflow in workflows { _ = try? self.escalations.bind(self.service, workflow) }
  }

  func count(_ event: HealingEvent) {
    switch event {
    case .started, .resumed: self.running.add(1)
    case .stepEnded(let run, let step, let kind):
      guard step.kind == .act || step.kind == .undo else { return }
      let action = step.kind == .undo ? "undo" : kind
      (try? self.actions.bind(self.service, run.workflow, action, step.state.rawValue))?.increment()
    case .ended(let run):
      self.running.add(-1)
      (try? self.runs.bind(self.service, run.workflow, run.result?.rawValue ?? ""))?.increment()
      if let milliseconds = run.recoveryMilliseconds {
        (try? self.recovery.bind(self.service, run.workflow))?.observe(Double(milliseconds) / 1_000)
      }
    case .escalated(let run, _): (try? self.escalations.bind(self.service, run.workflow))?.increment()
    case .stopChanged(let stop, _): self.stopped.set(stop == nil ? 0 : 1)
    case .rolledBack, .storageFailed: break
    }
  }

  func count(_ event: SupervisionEvent) {
    switch event {
    case .started(let name, _, let isRestart):
      (try? self.up.bind(self.service, name))?.set(1)
      if isRestart { (try? self.restarts.bind(self.service, name))?.increment() }
    case .ended(let name, _, _), .failedToStart(let name, _): (try? self.up.bind(self.service, name))?.set(0)
    case .crashLooping, .unhealthy, .orphansEnded, .printed, .storageFailed: break
    }
  }
}
