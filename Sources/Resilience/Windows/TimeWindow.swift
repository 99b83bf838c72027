internal import Synchronization

/// The outcomes of the last ten periods.
///
/// Recording is lock-free and, for different threads, uncontended.
///
/// A bucket is one word, `[epoch:20 | failures:22 | total:22]`, so that a roll-over is one compare-and-swap; one line
/// of 16 buckets per stripe, a stripe per lane; threads without a lane are spread over them. Slow calls have a plane of
/// their own, written only by them. An epoch returns after 2²⁰ periods (29 hours for a window of one second); a stripe
/// that was idle for exactly that long counts its old bucket once more.
struct TimeWindow: ~Copyable, Sendable {
  let words: AtomicWords
  let slow: AtomicWords
  /// Takes over the counts of buckets that are used again; nil: they are forgotten.
  let trend: AvailabilityTrend?
  let period: Int64
  private let lanes = LiveRuntimeLanes.shared
  static var periods: Int { 10 }
  static var stripes: Int { LiveRuntimeLanes.count }

  init(nanoseconds: Int64, trend: AvailabilityTrend? = nil) {
    self.trend = trend
    self.period = max(1, nanoseconds / Int64(Self.periods))
    self.words = AtomicWords(Self.stripes * 16)
    self.slow = AtomicWords(16)
  }

  func recordSuccess(at now: Instant) { self.add(1, stripe: self.stripe, at: now) }

  /// Where the thread that asks writes; usually it is the only one that does.
  @inline(__always)
  var stripe: Int {
    let lane = self.lanes.own
    return _fastPath(lane < Self.stripes) ? lane : LiveTime.stripe() & (Self.stripes - 1)
  }

  func record(failure: Bool, slow: Bool, at now: Instant) {
    self.add(failure ? 1 << 22 | 1 : 1, stripe: self.stripe, at: now)
    if slow { self.addSlow(1, at: now) }
  }

  func add(_ increment: UInt64, stripe: Int, at now: Instant) {
    let epoch = UInt64(bitPattern: now / self.period)
    let bucket = self.words[stripe << 4 | Int(truncatingIfNeeded: epoch & 15)]
    var word = bucket.pointee.load(ordering: .relaxed)
    while true {
      let fresh = (epoch & 0xF_FFFF) << 44 | increment
      let isCurrent = word >> 44 == epoch & 0xF_FFFF
      let desired = isCurrent ? word &+ increment : fresh
      // Four million calls in one period and stripe: enough is known, and a carry would corrupt the failures.
      if _slowPath(desired & 0x3F_FFFF == 0) { return }
      let (exchanged, current) = bucket.pointee.weakCompareExchange(
        expected: word, desired: desired, ordering: .relaxed)
      if _fastPath(exchanged) {
        if _slowPath(!isCurrent) { self.handOver(word, at: now) }
        return
      }
      word = current
    }
  }

  /// What counting a success in a bucket that is in use already needs.
  var buckets: TimeBuckets { TimeBuckets(self.words[0], period: self.period) }

  /// The plane of slow calls is no part of the trend.
  private func addSlow(_ increment: UInt64, at now: Instant) {
    let epoch = UInt64(bitPattern: now / self.period) & 0xF_FFFF
    let bucket = self.slow[Int(truncatingIfNeeded: epoch & 15)]
    var word = bucket.pointee.load(ordering: .relaxed)
    while true {
      let desired = word >> 44 == epoch ? word &+ increment : epoch << 44 | increment
      if desired & 0x3F_FFFF == 0 { return }
      let (exchanged, current) = bucket.pointee.weakCompareExchange(
        expected: word, desired: desired, ordering: .relaxed)
      if exchanged { return }
      word = current
    }
  }

  /// The counts of a bucket that has just been taken for a new period; whoever took it hands them over, so each once.
  @inline(never)
  func handOver(_ word: UInt64, at now: Instant) {
    guard word != 0, let trend = self.trend else { return }
    let (start, total, failures) = self.read(word, at: now)
    trend.add(total: total, failures: failures, from: start, to: start + self.period, at: now)
  }

  private func read(_ word: UInt64, at now: Instant) -> (start: Instant, total: Int, failures: Int) {
    let epoch = UInt64(bitPattern: now / self.period)
    // Whoever read the clock before it was held up may meet a later bucket, a little ahead: not one a million back.
    let behind = Int64((epoch &- (word >> 44)) & 0xF_FFFF)
    let age = behind > 0xF_FFFF - 64 ? behind - (1 << 20) : behind
    return ((Int64(bitPattern: epoch) - age) * self.period, Int(word & 0x3F_FFFF), Int(word >> 22 & 0x3F_FFFF))
  }

  /// The buckets that have not been handed over, also those that are too old for the tally.
  func forEachBucket(at now: Instant, _ body: (_ start: Instant, _ total: Int, _ failures: Int) -> Void) {
    for index in 0..<self.words.count {
      let word = self.words[index].pointee.load(ordering: .relaxed)
      guard word != 0 else { continue }
      let (start, total, failures) = self.read(word, at: now)
      body(start, total, failures)
    }
  }

  /// Many outcomes at once, as of now.
  func fill(_ tally: Tally, at now: Instant) {
    let most = 1 << 20
    let total = min(most, max(0, tally.total))
    let failures = min(total, max(0, tally.failures))
    let slow = min(total, max(0, tally.slow))
    if total > 0 { self.add(UInt64(failures) << 22 | UInt64(total), stripe: 0, at: now) }
    if slow > 0 { self.addSlow(UInt64(slow), at: now) }
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
      guard word != 0, (epoch &- (word >> 44)) & 0xF_FFFF < UInt64(Self.periods) else { continue }
      total += Int(word & 0x3F_FFFF)
      failures += Int(word >> 22 & 0x3F_FFFF)
    }
    return (total, failures)
  }

  /// Forgets everything; the trend remembers.
  ///
  /// - Parameter now: What the ages of the buckets are told by.
  func reset(at now: Instant) {
    for index in 0..<self.words.count {
      guard self.words[index].pointee.load(ordering: .relaxed) != 0 else { continue }
      self.handOver(self.words[index].pointee.exchange(0, ordering: .relaxed), at: now)
    }
    self.slow.reset()
  }

  /// Bytes that it holds, always the same.
  var footprint: Int { (self.words.count + self.slow.count) * 8 }
}
