/// What a `LatencyHistogram` held at one moment; snapshots of several can be added up.
///
/// Percentiles of many hosts or minutes come from merged snapshots, never from averaged percentiles.
public struct LatencySnapshot: Sendable, Hashable {
  private var counts: [UInt64]
  private var sum: UInt64
  private var maximum: Int64

  init(counts: [UInt64], sum: UInt64, maximum: Int64) {
    self.counts = counts
    self.sum = sum
    self.maximum = maximum
  }

  /// Makes an empty snapshot, the neutral element of `merge(_:)`.
  public init() {
    self.init(counts: Array(repeating: 0, count: LatencyBuckets.count), sum: 0, maximum: 0)
  }

  /// How many durations were counted.
  public var count: UInt64 { self.counts.reduce(0, &+) }

  /// The longest duration in nanoseconds, exactly; 0 where there is none.
  public var maximumNanoseconds: Int64 { self.maximum }

  /// The arithmetic mean in nanoseconds, or `nil` where nothing was counted.
  public var meanNanoseconds: Double? {
    let count = self.count
    return count == 0 ? nil : Double(self.sum) / Double(count)
  }

  /// The duration in nanoseconds that the given share of the counted ones does not exceed, or `nil` where nothing was
  /// counted; `share` is 0…1 and clamped, so 0.95 is the 95th percentile.
  public func percentile(_ share: Double) -> Int64? {
    let total = self.count
    if total == 0 || share.isNaN { return nil }
    let rank = max(1, UInt64((min(1, max(0, share)) * Double(total)).rounded(.up)))
    var seen: UInt64 = 0
    for (index, count) in self.counts.enumerated() where count > 0 {
      seen &+= count
      if seen >= min(rank, total) { return min(LatencyBuckets.middle(index), self.maximum) }
    }
    return self.maximum
  }

  /// Adds what another snapshot counted.
  public mutating func merge(_ other: LatencySnapshot) {
    for index in self.counts.indices { self.counts[index] &+= other.counts[index] }
    self.sum &+= other.sum
    self.maximum = max(self.maximum, other.maximum)
  }

  /// What was counted since an earlier snapshot of the same histogram; the maximum stays that of the whole time.
  public func since(_ earlier: LatencySnapshot) -> LatencySnapshot {
    var result = self
    for index in result.counts.indices {
      result.counts[index] -= min(result.counts[index], earlier.counts[index])
    }
    result.sum -= min(result.sum, earlier.sum)
    return result
  }
}
