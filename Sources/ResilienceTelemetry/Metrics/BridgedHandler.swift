/// A handler of `MetricsBridge`.
protocol BridgedHandler: AnyObject, Sendable {
  var series: BridgedSeries { get }
}
