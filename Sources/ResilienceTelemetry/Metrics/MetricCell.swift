/// One series' storage: a `Counter`, `Gauge` or `Histogram`.
public protocol MetricCell: AnyObject, Sendable {}
