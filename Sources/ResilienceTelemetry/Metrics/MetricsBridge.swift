public import CoreMetrics
internal import Resilience

/// A backend for swift-metrics that keeps everything in a `MetricRegistry`, so that other libraries' metrics stand
/// beside ours in the exposition and go out over OTLP.
///
/// ```swift
/// try MetricsBridge(registry).bootstrap()
/// ```
/// Labels become Prometheus names (`http.requests` is `http_requests_total` for a counter, `http_requests_seconds`
/// for a timer); dimensions become labels, sorted by name. Timers and aggregating recorders are histograms, meters
/// and plain recorders gauges. What does not fit what is there already (the same name of another kind, or with other
/// dimensions) is not recorded, and counted in `resilience_metric_conflicts_total`. Making a handler takes a lock;
/// recording does not. Handlers of the same label and dimensions share a series, which goes when the last of them is
/// destroyed.
public final class MetricsBridge: MetricsFactory {
  /// The metric that counts handlers that could not be made, by metric.
  public static let conflictsName = "resilience_metric_conflicts_total"
  /// Bounds of recorders' histograms, whose unit nobody knows: 1, 2, 5, 10 … 1,000,000.
  public static let recorderBounds: [Double] =
    [1, 10, 100, 1_000, 10_000, 100_000].flatMap { [$0, $0 * 2, $0 * 5] } + [
      1_000_000
    ]

  private let registry: MetricRegistry
  private let conflicts: MetricFamily<Counter>
  private let uses = Lock<[Use: Int]>([:])

  /// A series of a metric, and how to drop it.
  struct Use: Hashable, Sendable {
    let name: String
    let values: [String]
  }

  /// Makes a backend.
  ///
  /// - Throws: `MetricError` where the registry has something else under the name of the bridge's own metric.
  public init(_ registry: MetricRegistry) throws(MetricError) {
    self.registry = registry
    self.conflicts = try registry.counter(
      Self.conflictsName,
      help: "Handlers of swift-metrics that could not be made: the name is taken by another metric.",
      labels: ["metric"])
  }

  /// Makes this the backend of the whole process; to be called once, and only by the program itself.
  public func bootstrap() { MetricsSystem.bootstrap(self) }

  /// A counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    let name = BridgedName.counter(label)
    return self.make(name, dimensions) { labels throws(MetricError) in
      try self.registry.counter(name, help: Self.help(label), labels: labels)
    } handler: {
      BridgedCounter($0, $1)
    } ?? NOOPMetricsHandler.instance
  }

  /// A gauge that goes up and down.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    self.gauge(label, dimensions) ?? NOOPMetricsHandler.instance
  }

  /// A histogram, or the last value where nothing is to be aggregated.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    guard aggregate else { return self.gauge(label, dimensions) ?? NOOPMetricsHandler.instance }
    let name = BridgedName.plain(label)
    return self.histogram(name, label, dimensions, Self.recorderBounds) ?? NOOPMetricsHandler.instance
  }

  /// A histogram in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    self.histogram(BridgedName.seconds(label), label, dimensions, Histogram.secondsBounds)
      ?? NOOPMetricsHandler.instance
  }

  /// Lets a counter go.
  public func destroyCounter(_ handler: any CounterHandler) { self.release(handler) }
  /// Lets a meter go.
  public func destroyMeter(_ handler: any MeterHandler) { self.release(handler) }
  /// Lets a recorder go.
  public func destroyRecorder(_ handler: any RecorderHandler) { self.release(handler) }
  /// Lets a timer go.
  public func destroyTimer(_ handler: any TimerHandler) { self.release(handler) }

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> BridgedGauge? {
    let name = BridgedName.plain(label)
    return self.make(name, dimensions) { labels throws(MetricError) in
      try self.registry.gauge(name, help: Self.help(label), labels: labels)
    } handler: {
      BridgedGauge($0, $1)
    }
  }

  private func histogram(
    _ name: String, _ label: String, _ dimensions: [(String, String)], _ bounds: [Double]
  ) -> BridgedHistogram? {
    self.make(name, dimensions) { labels throws(MetricError) in
      try self.registry.histogram(name, help: Self.help(label), labels: labels, bounds: bounds)
    } handler: {
      BridgedHistogram($0, $1)
    }
  }

  /// Finds the series for a handler; nil, and one more conflict, where there cannot be one.
  private func make<Cell: MetricCell, Handler>(
    _ name: String, _ dimensions: [(String, String)],
    family: ([String]) throws(MetricError) -> MetricFamily<Cell>, handler: (Cell, BridgedSeries) -> Handler
  ) -> Handler? {
    var values: [String: String] = [:]
    for (key, value) in dimensions { values[BridgedName.label(key)] = value }
    let labels = values.keys.sorted()
    let use = Use(name: name, values: labels.map { values[$0] ?? "" })
    do throws(MetricError) {
      let family = try family(labels)
      let cell = try family.bind(values: use.values)
      self.uses.withLock { $0[use, default: 0] += 1 }
      return handler(cell, BridgedSeries(use: use) { family.remove(values: use.values) })
    } catch {
      (try? self.conflicts.bind(name))?.increment()
      return nil
    }
  }

  private func release(_ handler: AnyObject) {
    guard let series = (handler as? any BridgedHandler)?.series else { return }
    let isLast = self.uses.withLock { uses in
      let left = (uses[series.use] ?? 1) - 1
      uses[series.use] = left > 0 ? left : nil
      return left <= 0
    }
    if isLast { series.remove() }
  }

  private static func help(_ label: String) -> String { "Recorded through swift-metrics as '\(label)'." }
}
