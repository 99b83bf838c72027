internal import CoreMetrics

/// A meter, or a recorder that keeps the last value.
final class BridgedGauge: MeterHandler, RecorderHandler, BridgedHandler {
  let series: BridgedSeries
  private let cell: Gauge

  init(_ cell: Gauge, _ series: BridgedSeries) {
    self.cell = cell
    self.series = series
  }

  func set(_ value: Int64) { self.cell.set(Double(value)) }
  func set(_ value: Double) { self.cell.set(value) }
  func increment(by amount: Double) { self.cell.add(amount) }
  func decrement(by amount: Double) { self.cell.add(-amount) }
  func record(_ value: Int64) { self.cell.set(Double(value)) }
  func record(_ value: Double) { self.cell.set(value) }
}
