/// The latencies of the last while, and the percentile of them that a hedge waits for.
///
/// A value: no lock, no clock. Counts in buckets that grow with what they hold (16 to each doubling, so that the answer
/// is at most 1/16 too high and never too low), for the half window that is current and the one before.
struct LatencyMachine: Sendable {
  private static let bucketCount = 16 * 48
  private static let refreshInterval: Int64 = 100_000_000

  private let share: Double
  private let minimumSamples: Int
  private let minimumDelay: Int64
  private let halfWindow: Int64
  private var current = [UInt32](repeating: 0, count: bucketCount)
  private var former = [UInt32](repeating: 0, count: bucketCount)
  private var currentCount = 0
  private var formerCount = 0
  private var halfEnd: Instant = .min
  private var refreshAt: Instant = .min
  private var answered: Int64 = .max

  init(_ configuration: Hedge.Configuration) {
    let load = if case .percentile(let load) = configuration.delay { load } else { 0.5 }
    self.share = load > 0 ? min(0.5, max(0.001, load)) : 0.001  // also for NaN
    let enough = Int((1 / self.share).rounded(.up))
    self.minimumSamples = max(enough, min(1_000_000, max(10, configuration.minimumSamples)))
    self.minimumDelay = max(0, configuration.minimumDelay.nanoseconds)
    self.halfWindow = min(3_600_000_000_000, max(1_000_000_000, configuration.window.nanoseconds)) / 2
  }

  mutating func record(_ latency: Int64, at now: Instant) {
    self.turn(at: now)
    self.current[Self.bucket(latency)] &+= 1
    self.currentCount += 1
  }

  /// The delay, if it is time to look again: `.max` while too little is known.
  mutating func refreshed(at now: Instant) -> Int64? {
    // Until there is an answer every sample may be the one that makes it.
    guard self.answered == .max || now >= self.refreshAt else { return nil }
    self.refreshAt = now + Self.refreshInterval
    self.answered = self.delay
    return self.answered
  }

  /// What all but the slowest share of the latencies stay within; `.max` while too few are known.
  var delay: Int64 {
    let count = self.currentCount + self.formerCount
    guard count >= self.minimumSamples else { return .max }
    // Of calls like these (m + 1) / (count + 1) are expected to exceed the (m + 1)th longest latency, not m / count.
    let mayExceed = Int(Double(count + 1) * self.share) - 1
    var beyond = 0
    for bucket in stride(from: Self.bucketCount - 1, through: 0, by: -1) {
      beyond += Int(self.current[bucket]) + Int(self.former[bucket])
      if beyond > mayExceed { return max(self.minimumDelay, Self.upperEdge(bucket)) }
    }
    return .max
  }

  private mutating func turn(at now: Instant) {
    guard now >= self.halfEnd else { return }
    let isFresh = self.halfEnd != .min && now - self.halfEnd < self.halfWindow
    swap(&self.current, &self.former)
    self.formerCount = isFresh ? self.currentCount : 0
    self.currentCount = 0
    for bucket in self.current.indices {
      self.current[bucket] = 0
      if !isFresh { self.former[bucket] = 0 }
    }
    self.halfEnd = now + self.halfWindow
  }

  /// Below 16 one bucket each, then 16 to a doubling.
  static func bucket(_ latency: Int64) -> Int {
    let value = max(0, latency)
    guard value >= 16 else { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    let bucket = (exponent - 3) * 16 + Int(truncatingIfNeeded: value >> (exponent - 4)) - 16
    return min(bucket, Self.bucketCount - 1)
  }

  /// The largest latency in a bucket.
  static func upperEdge(_ bucket: Int) -> Int64 {
    guard bucket >= 16 else { return Int64(bucket) }
    let exponent = bucket / 16 + 3
    return (Int64(bucket % 16 + 17) << (exponent - 4)) - 1
  }
}
