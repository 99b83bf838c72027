/// What the exposition needs of a cell; apart from `MetricCell`, so that it stays internal.
protocol SampledCell: MetricCell {
  func reading() -> MetricReading.Value
}

extension Counter: SampledCell {
  func reading() -> MetricReading.Value { .counter(self.value) }
}

extension Gauge: SampledCell {
  func reading() -> MetricReading.Value { .gauge(self.value) }
}

extension Histogram: SampledCell {
  func reading() -> MetricReading.Value {
    .histogram(buckets: self.bucketCounts, sum: self.sum, exemplars: self.lastExemplars)
  }
}
