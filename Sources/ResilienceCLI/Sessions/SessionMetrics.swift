internal import Resilience
internal import ResilienceSessions
internal import ResilienceTelemetry

/// What metrics say of the sessions that the program keeps; no label ever names a session.
struct SessionMetrics: Sendable {
  private let service: String
  private let operations: MetricFamily<Counter>
  private let durations: MetricFamily<Histogram>
  private let waits: MetricFamily<Counter>
  private let journalled: Counter
  private let reconciled: MetricFamily<Counter>
  private let active: Gauge
  private let fallback: Gauge
  private let waiting: Gauge
  private let conflicts: Gauge

  /// Registers the metrics.
  ///
  /// - Throws: `MetricError` when a name is taken by something else.
  init(service: String, in registry: MetricRegistry) throws(MetricError) {
    self.service = service
    self.operations = try registry.counter(
      "resilience_session_operations_total", help: "Operations on sessions, by how they ended.",
      labels: ["service", "operation", "outcome"])
    self.durations = try registry.histogram(
      "resilience_session_operation_duration_seconds",
      help: "How long operations on sessions took, the wait for the session included.",
      labels: ["service", "operation"])
    self.waits = try registry.counter(
      "resilience_session_lock_waits_total", help: "Callers that found a session taken, by whether they got it.",
      labels: ["service", "result"])
    self.journalled = try registry.counter(
      "resilience_session_changes_journalled_total", help: "Changes that the fallback took, the store being away.",
      labels: ["service"]
    ).bind(service)
    self.reconciled = try registry.counter(
      "resilience_session_changes_reconciled_total",
      help: "Changed sessions that were carried over to the store, or set aside as conflicts.",
      labels: ["service", "result"])
    self.active = try registry.gauge(
      "resilience_sessions_active", help: "Sessions that this instance has used lately and that have not expired.",
      labels: ["service"]
    ).bind(service)
    self.fallback = try registry.gauge(
      "resilience_session_fallback_active", help: "Whether the fallback serves, the store being taken for away.",
      labels: ["service"]
    ).bind(service)
    self.waiting = try registry.gauge(
      "resilience_session_changes_waiting", help: "Changed sessions that wait for the store.", labels: ["service"]
    ).bind(service)
    self.conflicts = try registry.gauge(
      "resilience_session_conflicts", help: "Conflicts that wait for somebody to choose.", labels: ["service"]
    ).bind(service)
    // From a series that is not there before the first one, Prometheus' `increase` would miss just that.
    for result in [Self.got, Self.gaveUp] { _ = try self.waits.bind(service, result) }
    for result in [Self.carriedOver, Self.conflict] { _ = try self.reconciled.bind(service, result) }
  }

  private static let got = "got_it"
  private static let gaveUp = "gave_up"
  private static let carriedOver = "carried_over"
  private static let conflict = "conflict"

  /// Counts.
  func count(_ activity: SessionActivity) {
    switch activity {
    case .ended(let operation, let outcome, let length):
      (try? self.operations.bind(self.service, operation.rawValue, outcome.rawValue))?.increment()
      (try? self.durations.bind(self.service, operation.rawValue))?.observe(length / .seconds(1))
    case .waited(_, let gotIt):
      (try? self.waits.bind(self.service, gotIt ? Self.got : Self.gaveUp))?.increment()
    case .journalled: self.journalled.increment()
    case .reconciled(let isConflict):
      (try? self.reconciled.bind(self.service, isConflict ? Self.conflict : Self.carriedOver))?.increment()
    }
  }

  /// Sets what is cheaper to look up than to keep; before each reading.
  func look(at manager: SessionManager) {
    let status = manager.healthStatus()
    self.active.set(Double(manager.activeSessions))
    self.fallback.set(status.serving == .fallback ? 1 : 0)
    self.waiting.set(Double(status.waitingForPrimary))
    self.conflicts.set(Double(status.conflicts))
  }
}
