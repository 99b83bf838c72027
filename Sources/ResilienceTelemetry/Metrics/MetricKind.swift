/// What a metric is to Prometheus; the raw value stands in its `# TYPE` line.
enum MetricKind: String, Sendable {
  case counter
  case gauge
  case histogram
}
