internal import CoreMetrics

/// A counter of swift-metrics; negative amounts are dropped, because counters only grow.
final class BridgedCounter: CounterHandler, BridgedHandler {
  let series: BridgedSeries
  private let cell: Counter

  init(_ cell: Counter, _ series: BridgedSeries) {
    self.cell = cell
    self.series = series
  }

  func increment(by amount: Int64) { if amount > 0 { self.cell.increment(by: UInt64(amount)) } }
  func reset() { self.cell.reset() }
}
