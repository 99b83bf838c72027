/// The distribution of durations in fixed memory, written by many threads without a lock.
///
/// For percentiles in the console and in reports; `Histogram` is for Prometheus. From 100 µs to 549 s a percentile is
/// within 5 % of the exact one; below, within 2.1 µs. Cost: two atomic additions and one atomic maximum to record,
/// 3 KiB of memory.
public final class LatencyHistogram: Sendable {
  private let words: AtomicWords

  private static let sumIndex = LatencyBuckets.count
  private static let maximumIndex = LatencyBuckets.count + 1

  /// Makes an empty histogram.
  public init() { self.words = AtomicWords(LatencyBuckets.count + 2) }

  /// Counts one duration in nanoseconds; a negative one counts as zero.
  public func record(nanoseconds: Int64) {
    let value = max(0, nanoseconds)
    self.words.add(1, at: LatencyBuckets.index(value))
    self.words.add(UInt64(value), at: Self.sumIndex)
    self.words.raise(to: UInt64(value), at: Self.maximumIndex)
  }

  /// What has been counted so far; what is recorded meanwhile may be in it or not.
  public func snapshot() -> LatencySnapshot {
    LatencySnapshot(
      counts: (0..<LatencyBuckets.count).map { self.words.load($0) }, sum: self.words.load(Self.sumIndex),
      maximum: Int64(clamping: self.words.load(Self.maximumIndex)))
  }
}
