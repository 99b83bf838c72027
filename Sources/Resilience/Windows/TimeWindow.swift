public import Synchronization

/// The outcomes of the last ten periods.
///
/// Recording is lock-free and, for different threads, uncontended.
///
/// A bucket is one word, `[epoch:20 | failures:22 | total:22]`, so that a roll-over is one compare-and-swap; one line
/// of 16 buckets per stripe, a stripe per thread (more or less). Slow calls have a plane of their own, written only by
/// them. An epoch returns after 2²⁰ periods (29 hours for a window of one second); a stripe that was idle for exactly
/// that long counts its old bucket once more.
@frozen
@usableFromInline
struct TimeWindow: ~Copyable, Sendable {
  @usableFromInline let words: AtomicWords
  let slow: AtomicWords
  @usableFromInline let period: Int64
  @usableFromInline static var buckets: Int { 10 }
  @usableFromInline static var stripes: Int { 8 }

  init(nanoseconds: Int64) {
    self.period = max(1, nanoseconds / Int64(Self.buckets))
    self.words = AtomicWords(Self.stripes * 16)
    self.slow = AtomicWords(16)
  }

  @inlinable
  func recordSuccess(at now: Instant) {
    self.add(1, to: self.words, stripe: LiveTime.stripe() & (Self.stripes - 1), at: now)
  }

  func record(failure: Bool, slow: Bool, at now: Instant) {
    let stripe = LiveTime.stripe() & (Self.stripes - 1)
    self.add(failure ? 1 << 22 | 1 : 1, to: self.words, stripe: stripe, at: now)
    if slow { self.add(1, to: self.slow, stripe: 0, at: now) }
  }

  @inlinable
  func add(_ increment: UInt64, to words: borrowing AtomicWords, stripe: Int, at now: Instant) {
    let epoch = UInt64(bitPattern: now / self.period)
    let bucket = words[stripe << 4 | Int(truncatingIfNeeded: epoch & 15)]
    var word = bucket.pointee.load(ordering: .relaxed)
    while true {
      let fresh = (epoch & 0xF_FFFF) << 44 | increment
      let desired = word >> 44 == epoch & 0xF_FFFF ? word &+ increment : fresh
      // Four million calls in one period and stripe: enough is known, and a carry would corrupt the failures.
      if _slowPath(desired & 0x3F_FFFF == 0) { return }
      let (exchanged, current) = bucket.pointee.weakCompareExchange(
        expected: word, desired: desired, ordering: .relaxed)
      if _fastPath(exchanged) { return }
      word = current
    }
  }

  func tally(at now: Instant) -> Tally {
    let counts = self.sum(self.words, at: now)
    return Tally(total: counts.total, failures: counts.failures, slow: self.sum(self.slow, at: now).total)
  }

  private func sum(_ words: borrowing AtomicWords, at now: Instant) -> (total: Int, failures: Int) {
    let epoch = UInt64(bitPattern: now / self.period)
    var total = 0
    var failures = 0
    for index in 0..<words.count {
      let word = words[index].pointee.load(ordering: .relaxed)
      guard word != 0, (epoch &- (word >> 44)) & 0xF_FFFF < UInt64(Self.buckets) else { continue }
      total += Int(word & 0x3F_FFFF)
      failures += Int(word >> 22 & 0x3F_FFFF)
    }
    return (total, failures)
  }

  func reset() {
    self.words.reset()
    self.slow.reset()
  }
}
