internal import Synchronization

/// How many outcomes each of the last sixty minutes had, and how many of them were failures.
///
/// Bounded and lock-free: 64 words, `[minute:16 | failures:24 | total:24]`, 512 bytes in all. A minute that is
/// older than the one in its place is dropped; sixteen million outcomes in one minute are where counting ends.
@usableFromInline
final class AvailabilityTrend: Sendable {
  static let minute: Int64 = 60_000_000_000
  static let shown: Int64 = 60
  private static let most = 0xFF_FFFF
  private let words = AtomicWords(64)

  /// Counts outcomes of one instant.
  func add(total: Int, failures: Int, at instant: Instant) {
    let minute = max(0, instant) / Self.minute
    self.add(total, failures, toMinute: minute, in: minute)
  }

  /// Counts outcomes of a length of time, evenly over its minutes; those that are not shown any more are dropped.
  func add(total: Int, failures: Int, from start: Instant, to end: Instant, at now: Instant) {
    let present = max(0, now) / Self.minute
    Self.spread(total: total, failures: failures, from: start, to: end) {
      self.add($1, $2, toMinute: $0, in: present)
    }
  }

  /// Calls the body for every minute with its share of the outcomes; together they are all of them.
  static func spread(
    total: Int, failures: Int, from start: Instant, to end: Instant, _ body: (Int64, Int, Int) -> Void
  ) {
    let first = max(0, start) / Self.minute
    let last = max(first, max(0, end - 1) / Self.minute)
    let minutes = last - first + 1
    // Shares of successes and of failures, so that no minute has more failures than calls.
    func share(_ count: Int, _ index: Int64) -> Int {
      let (whole, rest) = (Int64(count) / minutes, Int64(count) % minutes)
      return Int(whole + rest * (index + 1) / minutes - rest * index / minutes)
    }
    for index in max(0, minutes - Self.shown)..<minutes {
      let failed = share(failures, index)
      body(first + index, share(total - failures, index) + failed, failed)
    }
  }

  private func add(_ total: Int, _ failures: Int, toMinute minute: Int64, in present: Int64) {
    guard total > 0, minute > present - Self.shown else { return }
    let stamp = UInt64(minute & 0xFFFF)
    let place = self.words[Int(minute & 63)]
    var word = place.pointee.load(ordering: .relaxed)
    while true {
      let age = Int16(truncatingIfNeeded: Int64(stamp) - Int64(word >> 48))
      // Somebody was faster, with the minute that has the place next. (Minutes in one place differ by 64 at least, and
      // stamps return after 45 days: what is farther behind is far ahead, and empty.)
      if word != 0, age == -64 { return }
      let (oldTotal, oldFailures) = age == 0 ? (Int(word & 0xFF_FFFF), Int(word >> 24 & 0xFF_FFFF)) : (0, 0)
      guard oldTotal + total <= Self.most else { return }
      let desired = stamp << 48 | UInt64(oldFailures + failures) << 24 | UInt64(oldTotal + total)
      let (exchanged, current) = place.pointee.weakCompareExchange(expected: word, desired: desired, ordering: .relaxed)
      if exchanged { return }
      word = current
    }
  }

  /// The counts of the last sixty minutes, oldest first; the last one is the minute of `now`, which is not over.
  func counts(at now: Instant) -> [(minute: Int64, total: Int, failures: Int)] {
    let present = max(0, now) / Self.minute
    return (max(0, present - Self.shown + 1)...present).map { minute in
      let word = self.words[Int(minute & 63)].pointee.load(ordering: .relaxed)
      guard word >> 48 == UInt64(minute & 0xFFFF) else { return (minute, 0, 0) }
      return (minute, Int(word & 0xFF_FFFF), Int(word >> 24 & 0xFF_FFFF))
    }
  }

  /// Bytes that it holds, always the same.
  var footprint: Int { self.words.count * 8 }
}
