/// How often values fell below given bounds: one series of a histogram family.
///
/// Bind it once and keep it. Cost: a binary search over the bounds, one atomic addition and one compare-and-exchange;
/// no lock and no allocation.
public final class Histogram: MetricCell {
  /// Bounds in seconds that suit calls over a network: 1 ms … 60 s.
  public static let secondsBounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]

  /// The upper, inclusive bounds, ascending; the bucket above them all is always there besides.
  public let bounds: [Double]
  private let buckets: AtomicWords
  private let total = AtomicDouble()

  init(bounds: [Double]) {
    self.bounds = bounds
    self.buckets = AtomicWords(bounds.count + 1)
  }

  /// Counts one value, in the family's base unit (seconds, bytes); NaN is dropped.
  public func observe(_ value: Double) {
    if value.isNaN { return }
    self.buckets.add(1, at: self.bucket(value))
    self.total.add(value)
  }

  /// Counts one duration; for families in seconds.
  public func observe(nanoseconds: Int64) { self.observe(Double(nanoseconds) / 1e9) }

  /// How many values were counted.
  public var count: UInt64 { (0...self.bounds.count).reduce(0) { $0 + self.buckets.load($1) } }

  /// The sum of all counted values.
  public var sum: Double { self.total.value }

  private func bucket(_ value: Double) -> Int {
    var low = 0
    var high = self.bounds.count
    while low < high {
      let middle = (low + high) / 2
      if self.bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// `_count` repeats the `+Inf` bucket of the same reading, so that the two agree whatever is counted meanwhile.
  func samples() -> [MetricSample] {
    var result: [MetricSample] = []
    var running: UInt64 = 0
    for index in 0...self.bounds.count {
      running += self.buckets.load(index)
      let bound = index < self.bounds.count ? PrometheusText.number(self.bounds[index]) : "+Inf"
      result.append(MetricSample(suffix: "_bucket", bound: bound, value: String(running)))
    }
    result.append(MetricSample(suffix: "_sum", bound: nil, value: PrometheusText.number(self.sum)))
    result.append(MetricSample(suffix: "_count", bound: nil, value: String(running)))
    return result
  }
}
