/// One metric with all its series as they were at one moment; what every exposition is written from.
struct MetricReading: Sendable {
  /// One series.
  struct Series: Sendable {
    /// The labels' values, in the order of the descriptor's labels.
    let values: [String]
    /// When the series began, in milliseconds since 1970.
    let created: Int64
    let value: Value
  }

  /// What a series holds.
  enum Value: Sendable {
    case counter(UInt64)
    case gauge(Double)
    /// How many values fell into each bucket (not added up), one more than there are bounds; the last exemplar of each.
    case histogram(buckets: [UInt64], sum: Double, exemplars: [Exemplar?])
  }

  let descriptor: MetricDescriptor
  let series: [Series]
}
