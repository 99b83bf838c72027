internal import Synchronization

/// The usual case of a time window: one more success in a bucket that has been begun.
///
/// A copy of what that takes, beside the window: looking into the window itself, an enum that cannot be copied, costs
/// as much as the counting.
struct TimeBuckets: @unchecked Sendable {
  private let words: UnsafeMutablePointer<Atomic<UInt64>>
  private let period: UInt64
  /// 2⁶⁴ by the period, rounded down: dividing by way of it costs a third.
  private let reciprocal: UInt64
  private let lanes = LiveRuntimeLanes.shared

  init(_ words: UnsafeMutablePointer<Atomic<UInt64>>, period: Int64) {
    self.words = words
    self.period = UInt64(max(1, period))
    self.reciprocal = UInt64.max / self.period
  }

  /// The number of the period that an instant from 0 on lies in.
  @inline(__always)
  func epoch(_ now: Instant) -> UInt64 {
    let now = UInt64(bitPattern: now)
    let quotient = now.multipliedFullWidth(by: self.reciprocal).high  // at most one too small
    return now &- quotient &* self.period >= self.period ? quotient &+ 1 : quotient
  }

  /// Counts a success; false if the bucket has to be begun or is full, the thread has no lane, or somebody else was
  /// faster: then it is not counted, and the window has to.
  @inline(__always)
  func countSuccess(at now: Instant) -> Bool {
    let lane = self.lanes.own
    guard _fastPath(lane < TimeWindow.stripes && now >= 0) else { return false }
    let epoch = self.epoch(now)
    let bucket = self.words + (lane << 4 | Int(truncatingIfNeeded: epoch & 15))
    let word = bucket.pointee.load(ordering: .relaxed)
    guard _fastPath(word >> 44 == epoch & 0xF_FFFF && (word &+ 1) & 0x3F_FFFF != 0) else { return false }
    return bucket.pointee.weakCompareExchange(expected: word, desired: word &+ 1, ordering: .relaxed).exchanged
  }
}
