internal import Resilience
public import ResilienceInterfaces

/// The metrics of one process, and their text for Prometheus and OpenMetrics.
///
/// Registering the same metric twice gives the same family; registering another under the same name throws. Each metric
/// has at most `seriesLimit` series, so that no caller's input can grow the memory without bound.
public final class MetricRegistry: Sendable {
  /// The metric that counts bindings beyond the limit, by metric.
  public static let overflowName = "resilience_metric_series_overflow_total"

  private struct Entry: Sendable {
    let descriptor: MetricDescriptor
    let family: any Sendable
    let read: @Sendable () -> MetricReading
  }

  private struct State: Sendable {
    var entries: [String: Entry] = [:]
    /// Which metric has taken a name without `_total`.
    var names: [String: String] = [:]
    var overflows: [String: UInt64] = [:]
    var collectors: [@Sendable () -> Void] = []
  }

  private let seriesLimit: Int
  private let clock: @Sendable () -> Int64
  private let born: Int64
  private let state = Lock(State())

  /// Makes an empty registry; `seriesLimit` is per metric, at least 1, 1,000 unless given.
  public convenience init(seriesLimit: Int = 1_000) {
    self.init(seriesLimit: seriesLimit, clock: { Runtime.live.unixMilliseconds() })
  }

  /// Makes an empty registry with a clock of its own, in milliseconds since 1970.
  public init(seriesLimit: Int = 1_000, clock: @escaping @Sendable () -> Int64) {
    self.seriesLimit = max(1, seriesLimit)
    self.clock = clock
    self.born = clock()
  }

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
    return try self.family(name, .histogram, help, labels, bounds: bounds) { [clock] in
      Histogram(bounds: bounds, clock: clock)
    }
  }

  /// Runs the body before every reading, to set gauges that are cheaper to read than to keep; outside of any lock.
  public func beforeEachReading(_ body: @escaping @Sendable () -> Void) {
    self.state.withLock { $0.collectors.append(body) }
  }

  /// All metrics as text, sorted by name and label values.
  public func text(_ format: MetricsFormat = .prometheus) -> String {
    MetricsText.render(self.readings(), as: format)
  }

  /// Every metric's name with its kind in words (`counter`, `gauge`, `histogram`), sorted: for lists and checks.
  public var names: [(name: String, kind: String)] {
    let entries = self.state.withLock { $0.entries }
    let all = entries.map { (name: $0.key, kind: $0.value.descriptor.kind.rawValue) }
    return (all + [(name: Self.overflowName, kind: MetricKind.counter.rawValue)]).sorted { $0.name < $1.name }
  }

  /// Everything, read now, sorted by name; the collectors have run before.
  func readings() -> [MetricReading] {
    for collect in self.state.withLock({ $0.collectors }) { collect() }
    let entries = self.state.withLock { $0.entries }
    return (entries.values.map { $0.read() } + [self.overflowReading()]).sorted {
      $0.descriptor.name < $1.descriptor.name
    }
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
    let made = MetricFamily(descriptor, makeCell: makeCell, clock: self.clock) { [weak self] in
      self?.countOverflow(of: name)
    }
    let entry = Entry(descriptor: descriptor, family: made) { made.reading() }
    let winner = self.state.withLock { state -> Entry in
      if let known = state.names[MetricNaming.family(name)], let entry = state.entries[known] { return entry }
      state.names[MetricNaming.family(name)] = name
      state.entries[name] = entry
      return entry
    }
    guard winner.descriptor == descriptor, let family = winner.family as? MetricFamily<Cell> else {
      throw .conflict(metric: name, existing: winner.descriptor.summary)
    }
    return family
  }

  private func countOverflow(of metric: String) {
    self.state.withLock { $0.overflows[metric, default: 0] += 1 }
  }

  private func overflowReading() -> MetricReading {
    let descriptor = MetricDescriptor(
      name: Self.overflowName, kind: .counter,
      help: "Bindings of new series that were refused because their metric is at its limit.", labels: ["metric"],
      bounds: [], seriesLimit: .max)
    let counts = self.state.withLock { $0.overflows }.sorted { $0.key < $1.key }
    return MetricReading(
      descriptor: descriptor,
      series: counts.map { .init(values: [$0.key], created: self.born, value: .counter($0.value)) })
  }
}
