internal import CoreMetrics

/// A timer, or a recorder that aggregates.
final class BridgedHistogram: TimerHandler, RecorderHandler, BridgedHandler {
  let series: BridgedSeries
  private let cell: Histogram

  init(_ cell: Histogram, _ series: BridgedSeries) {
    self.cell = cell
    self.series = series
  }

  func recordNanoseconds(_ duration: Int64) { self.cell.observe(nanoseconds: duration) }
  func record(_ value: Int64) { self.cell.observe(Double(value)) }
  func record(_ value: Double) { self.cell.observe(value) }
}
