/// What the exposition needs of a cell; apart from `MetricCell`, so that it stays internal.
protocol SampledCell: MetricCell {
  func samples() -> [MetricSample]
}

extension Counter: SampledCell {}
extension Gauge: SampledCell {}
extension Histogram: SampledCell {}
