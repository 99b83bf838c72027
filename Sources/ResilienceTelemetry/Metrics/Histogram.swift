internal import Resilience

/// How often values fell below given bounds: one series of a histogram family.
///
/// Bind it once and keep it. Cost: a binary search over the bounds, one atomic addition and one compare-and-exchange;
/// no lock and no allocation. With an exemplar, a short lock besides.
public final class Histogram: MetricCell {
  /// Bounds in seconds that suit calls over a network: 1 ms … 60 s.
  public static let secondsBounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]

  /// The upper, inclusive bounds, ascending; the bucket above them all is always there besides.
  public let bounds: [Double]
  private let buckets: AtomicWords
  private let total = AtomicDouble()
  /// Empty until the first exemplar comes.
  private let exemplars = Lock<[Exemplar?]>([])
  private let clock: @Sendable () -> Int64

  init(bounds: [Double], clock: @escaping @Sendable () -> Int64) {
    self.bounds = bounds
    self.clock = clock
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

  /// Counts one value, and remembers the trace in which it was seen, if that is recorded: OpenMetrics shows the last of
  /// each bucket as its exemplar.
  public func observe(_ value: Double, exemplar trace: TraceContext?) {
    self.observe(value)
    guard let trace, trace.isSampled, value.isFinite else { return }
    let exemplar = Exemplar(value: value, traceID: trace.traceID, spanID: trace.spanIDText, time: self.clock())
    let index = self.bucket(value)
    let count = self.bounds.count + 1
    self.exemplars.withLock { exemplars in
      if exemplars.isEmpty { exemplars = Array(repeating: nil, count: count) }
      exemplars[index] = exemplar
    }
  }

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

  /// How many values fell into each bucket, the one above all bounds last.
  var bucketCounts: [UInt64] { (0...self.bounds.count).map { self.buckets.load($0) } }

  /// The last exemplar of each bucket.
  var lastExemplars: [Exemplar?] {
    let known = self.exemplars.withLock { $0 }
    return known.isEmpty ? Array(repeating: nil, count: self.bounds.count + 1) : known
  }
}
