/// What is let go when the last handler of a series is destroyed.
struct BridgedSeries: Sendable {
  let use: MetricsBridge.Use
  let remove: @Sendable () -> Void
}
