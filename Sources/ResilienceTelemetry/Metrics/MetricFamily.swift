internal import Resilience

/// All series of one metric: the same name, help text and labels, one cell for each combination of label values.
///
/// Made by `MetricRegistry`. Bind the series that you record into once, and keep them: binding takes a lock and hashes
/// the values, recording does neither.
public final class MetricFamily<Cell: MetricCell>: Sendable {
  /// The label value under which series beyond the limit are added up.
  public static var overflowLabel: String { "_other" }

  let descriptor: MetricDescriptor
  let makeCell: @Sendable () -> Cell
  private let didOverflow: @Sendable () -> Void
  private let series: Lock<[[String]: Cell]>

  init(
    _ descriptor: MetricDescriptor, makeCell: @escaping @Sendable () -> Cell,
    didOverflow: @escaping @Sendable () -> Void
  ) {
    self.descriptor = descriptor
    self.makeCell = makeCell
    self.didOverflow = didOverflow
    self.series = Lock([:])
    if descriptor.labels.isEmpty { self.series.withLock { $0[[]] = makeCell() } }
  }

  /// The metric's name.
  public var name: String { self.descriptor.name }

  /// How many series exist.
  public var seriesCount: Int { self.series.withLock { $0.count } }

  /// The series with these label values, in the order of the labels; the same values give the same cell.
  ///
  /// Above the registry's limit of series, new combinations share one series whose label values are all `_other`, and
  /// `resilience_metric_series_overflow_total` counts the attempt.
  public func bind(_ values: String...) throws(MetricError) -> Cell { try self.bind(values: values) }

  /// The series with these label values, as `bind(_:)`.
  public func bind(values: [String]) throws(MetricError) -> Cell {
    guard values.count == self.descriptor.labels.count else {
      throw .labelCount(metric: self.name, expected: self.descriptor.labels, found: values.count)
    }
    let (cell, overflowed) = self.series.withLock { series -> (Cell, Bool) in
      if let known = series[values] { return (known, false) }
      let isFull = series.count >= self.descriptor.seriesLimit
      let key = isFull ? values.map { _ in Self.overflowLabel } : values
      let cell = series[key] ?? self.makeCell()
      series[key] = cell
      return (cell, isFull)
    }
    if overflowed { self.didOverflow() }
    return cell
  }

  /// Drops a series, for example of a dependency that is gone; its handle still works, but nobody reads it.
  public func remove(_ values: String...) { self.series.withLock { $0[values] = nil } }

  func snapshot() -> [(values: [String], cell: Cell)] {
    self.series.withLock { $0.map { (values: $0.key, cell: $0.value) } }
      .sorted { $0.values.lexicographicallyPrecedes($1.values) }
  }
}
