internal import Resilience

/// The metrics of one process, and their text for Prometheus.
///
/// Registering the same metric twice gives the same family; registering another under the same name throws. Each metric
/// has at most `seriesLimit` series, so that no caller's input can grow the memory without bound.
public final class MetricRegistry: Sendable {
  /// The media type of `text()`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The metric that counts bindings beyond the limit, by metric.
  public static let overflowName = "resilience_metric_series_overflow_total"

  private struct Entry: Sendable {
    let descriptor: MetricDescriptor
    let family: any Sendable
    let render: @Sendable () -> String
  }

  private struct State: Sendable {
    var entries: [String: Entry] = [:]
    var overflows: [String: Counter] = [:]
    var collectors: [@Sendable () -> Void] = []
  }

  private let seriesLimit: Int
  private let state = Lock(State())

  /// Makes an empty registry; `seriesLimit` is per metric, at least 1, 1,000 unless given.
  public init(seriesLimit: Int = 1_000) { self.seriesLimit = max(1, seriesLimit) }

  /// Registers a counter; its name ends in `_total`.
  public func counter(
    _ name: String, help: String, labels: [String] = []
  ) throws(MetricError) -> MetricFamily<Counter> {
    try self.family(name, .counter, help, labels, bounds: []) { Counter() }
  }

  /// Registers a gauge.
  public func gauge(_ name: String, help: String, labels: [String] = []) throws(MetricError) -> MetricFamily<Gauge> {
    try self.family(name, .gauge, help, labels, bounds: []) { Gauge() }
  }

  /// Registers a histogram; `bounds` are upper, inclusive, ascending, in the metric's base unit.
  public func histogram(
    _ name: String, help: String, labels: [String] = [], bounds: [Double] = Histogram.secondsBounds
  ) throws(MetricError) -> MetricFamily<Histogram> {
    guard !bounds.isEmpty, bounds.allSatisfy(\.isFinite), zip(bounds, bounds.dropFirst()).allSatisfy(<) else {
      throw .invalidBounds(metric: name)
    }
    return try self.family(name, .histogram, help, labels, bounds: bounds) { Histogram(bounds: bounds) }
  }

  /// Runs the body before every `text()`, to set gauges that are cheaper to read than to keep; outside of any lock.
  public func beforeEachReading(_ body: @escaping @Sendable () -> Void) {
    self.state.withLock { $0.collectors.append(body) }
  }

  /// All metrics in Prometheus' text format 0.0.4, sorted by name and label values.
  public func text() -> String {
    for collect in self.state.withLock({ $0.collectors }) { collect() }
    let entries = self.state.withLock { $0.entries }
    let overflow = self.overflowText()
    let parts =
      entries.map { (name: $0.key, text: $0.value.render()) } + [(name: Self.overflowName, text: overflow)]
    return parts.sorted { $0.name < $1.name }.map(\.text).joined()
  }

  private func family<Cell: SampledCell>(
    _ name: String, _ kind: MetricKind, _ help: String, _ labels: [String], bounds: [Double],
    makeCell: @escaping @Sendable () -> Cell
  ) throws(MetricError) -> MetricFamily<Cell> {
    try MetricNaming.check(name, kind: kind)
    try MetricNaming.check(labels: labels, of: name)
    if help.isEmpty { throw .invalidName(name, reason: "give it a help text that says what is counted") }
    let descriptor = MetricDescriptor(
      name: name, kind: kind, help: help, labels: labels, bounds: bounds, seriesLimit: self.seriesLimit)
    if name == Self.overflowName { throw .conflict(metric: name, existing: "the registry's own counter") }
    let made = MetricFamily(descriptor, makeCell: makeCell) { [weak self] in self?.countOverflow(of: name) }
    let entry = Entry(descriptor: descriptor, family: made) { PrometheusText.render(descriptor, made.snapshot()) }
    let winner = self.state.withLock { state -> Entry in
      let known = state.entries[name] ?? entry
      state.entries[name] = known
      return known
    }
    guard winner.descriptor == descriptor, let family = winner.family as? MetricFamily<Cell> else {
      throw .conflict(metric: name, existing: winner.descriptor.summary)
    }
    return family
  }

  private func countOverflow(of metric: String) {
    self.state.withLock { state in
      let counter = state.overflows[metric] ?? Counter()
      counter.increment()
      state.overflows[metric] = counter
    }
  }

  private func overflowText() -> String {
    let descriptor = MetricDescriptor(
      name: Self.overflowName, kind: .counter,
      help: "Bindings of new series that were refused because their metric is at its limit.", labels: ["metric"],
      bounds: [], seriesLimit: .max)
    let cells = self.state.withLock { $0.overflows }.sorted { $0.key < $1.key }
    return PrometheusText.render(descriptor, cells.map { (values: [$0.key], cell: $0.value) })
  }
}
