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
  private let clock: @Sendable () -> Int64
  private let series: Lock<[[String]: Born]>

  /// A cell and when it was made.
  private struct Born: Sendable {
    let cell: Cell
    let created: Int64
  }

  init(
    _ descriptor: MetricDescriptor, makeCell: @escaping @Sendable () -> Cell,
    clock: @escaping @Sendable () -> Int64, didOverflow: @escaping @Sendable () -> Void
  ) {
    self.descriptor = descriptor
    self.makeCell = makeCell
    self.didOverflow = didOverflow
    self.clock = clock
    self.series = Lock([:])
    if descriptor.labels.isEmpty {
      let born = Born(cell: makeCell(), created: clock())
      self.series.withLock { $0[[]] = born }
    }
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
    if let known = self.series.withLock({ $0[values] }) { return known.cell }
    let fresh = Born(cell: self.makeCell(), created: self.clock())
    let (cell, overflowed) = self.series.withLock { series -> (Cell, Bool) in
      if let known = series[values] { return (known.cell, false) }
      let isFull = series.count >= self.descriptor.seriesLimit
      let key = isFull ? values.map { _ in Self.overflowLabel } : values
      let born = series[key] ?? fresh
      series[key] = born
      return (born.cell, isFull)
    }
    if overflowed { self.didOverflow() }
    return cell
  }

  /// Drops a series, for example of a dependency that is gone; its handle still works, but nobody reads it.
  public func remove(_ values: String...) { self.remove(values: values) }

  /// Drops a series, as `remove(_:)`.
  public func remove(values: [String]) { self.series.withLock { $0[values] = nil } }

}

extension MetricFamily where Cell: SampledCell {
  func reading() -> MetricReading {
    let series = self.series.withLock { $0 }
    return MetricReading(
      descriptor: self.descriptor,
      series: series.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
        MetricReading.Series(values: $0.key, created: $0.value.created, value: $0.value.cell.reading())
      })
  }
}
