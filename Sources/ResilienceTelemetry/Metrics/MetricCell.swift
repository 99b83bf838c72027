/// One series' storage: a `Counter`, `Gauge` or `Histogram`.
public protocol MetricCell: AnyObject, Sendable {}

/// One line of the exposition without its labels: what is added to the name, the bucket's bound, the number.
struct MetricSample {
  let suffix: String
  let bound: String?
  let value: String
}

/// What the exposition needs of a cell; apart from `MetricCell`, so that it stays internal.
protocol SampledCell: MetricCell {
  func samples() -> [MetricSample]
}

extension Counter: SampledCell {}
extension Gauge: SampledCell {}
extension Histogram: SampledCell {}
