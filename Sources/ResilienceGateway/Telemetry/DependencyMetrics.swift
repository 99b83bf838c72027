internal import Resilience
internal import ResilienceTelemetry

/// One dependency's series and the figures that the console shows; recording takes no lock.
final class DependencyMetrics: Sendable {
  private let requests: [CallOutcome: Counter]
  private let durations: [CallOutcome: Histogram]
  private let attempts: Counter
  private let retries: Counter
  let recoveries: Counter
  let breakerState: Gauge
  let breakerTrips: Counter
  let bulkheadInFlight: Gauge
  let bulkheadQueued: Gauge
  let bulkheadLimit: Gauge
  let bulkheadRejections: Counter
  private let fallbacks: [String: Counter]
  let latency = LatencyHistogram()
  let series = RollingSeries()
  private let totals = Lock(TrafficCounts())
  private let latencyBaseline = Lock((snapshot: LatencySnapshot(), at: Instant(0), next: LatencySnapshot()))

  init(_ name: String, in metrics: GatewayMetrics) throws(MetricError) {
    let service = metrics.service
    var requests: [CallOutcome: Counter] = [:]
    var durations: [CallOutcome: Histogram] = [:]
    for outcome in CallOutcome.allCases {
      requests[outcome] = try metrics.requests.bind(service, name, outcome.rawValue)
      durations[outcome] = try metrics.durations.bind(service, name, outcome.rawValue)
    }
    var fallbacks: [String: Counter] = [:]
    for source in ["stale-cache", "template", "queue"] {
      fallbacks[source] = try metrics.fallbacks.bind(service, name, source)
    }
    self.requests = requests
    self.durations = durations
    self.fallbacks = fallbacks
    self.attempts = try metrics.attempts.bind(service, name)
    self.retries = try metrics.retries.bind(service, name)
    self.recoveries = try metrics.recoveries.bind(service, name)
    self.breakerState = try metrics.breakerState.bind(service, name)
    self.breakerTrips = try metrics.breakerTrips.bind(service, name)
    self.bulkheadInFlight = try metrics.bulkheadInFlight.bind(service, name)
    self.bulkheadQueued = try metrics.bulkheadQueued.bind(service, name)
    self.bulkheadRejections = try metrics.bulkheadRejections.bind(service, name)
    self.bulkheadLimit = try metrics.bulkheadLimit.bind(service, name)
  }

  /// A call has ended.
  func record(
    _ outcome: CallOutcome, fallback: String?, attempts: Int, nanoseconds: Int64, at now: Instant,
    exemplar trace: TraceContext? = nil
  ) {
    self.requests[outcome]?.increment()
    self.durations[outcome]?.observe(Double(nanoseconds) / 1e9, exemplar: trace)
    self.attempts.increment(by: UInt64(max(0, attempts)))
    if attempts > 1 { self.retries.increment(by: UInt64(attempts - 1)) }
    if let fallback { self.fallbacks[fallback]?.increment() }
    if outcome == .success || outcome == .error || outcome == .timeout {
      self.latency.record(nanoseconds: nanoseconds)
    }
    let counts = TrafficCounts(
      requests: 1, failures: outcome.isFailure ? 1 : 0, fallbacks: outcome == .fallback ? 1 : 0,
      rejections: outcome.isRejection ? 1 : 0, attempts: attempts)
    self.series.record(counts, at: now)
    self.totals.withLock { $0.add(counts) }
  }

  /// How long calls took over the last one to two minutes.
  func recentLatency(at now: Instant) -> LatencySnapshot {
    let current = self.latency.snapshot()
    let baseline = self.latencyBaseline.withLock { baseline in
      if now - baseline.at > 60_000_000_000 {
        baseline = (snapshot: baseline.next, at: now, next: current)
      }
      return baseline.snapshot
    }
    return current.since(baseline)
  }

  /// Everything since the start.
  var sinceStart: TrafficCounts { self.totals.withLock { $0 } }
}
