internal import Synchronization

/// How long the calls of the last five to ten minutes took: a bounded histogram.
///
/// Eight buckets for each doubling from 1 µs to 18 min, so that a bucket's middle is within 6.3 % of every value in it.
/// Two planes take turns every five minutes: 4 KiB whatever happens. Recording is lock-free; the first record of a new
/// period clears its plane, and loses what others record during that instant.
final class LatencyCounts: Sendable {
  static let period: Int64 = 300_000_000_000
  private static let lowest = 10
  private static let highest = 40
  static let buckets = (LatencyCounts.highest - LatencyCounts.lowest + 1) * 8
  /// [0], [1]: the period that the plane belongs to, plus one.
  private let stamps = AtomicWords(2)
  private let planes = AtomicWords(2 * 256)

  static func index(_ nanoseconds: Int64) -> Int {
    let value = UInt64(max(1 << Int64(Self.lowest), nanoseconds))
    let octave = 63 - value.leadingZeroBitCount
    if octave > Self.highest { return Self.buckets - 1 }
    return (octave - Self.lowest) * 8 + Int(value >> (octave - 3)) & 7
  }

  /// Where a bucket ends: everything in it is less.
  static func end(_ index: Int) -> Int64 {
    let (octave, part) = (index / 8 + Self.lowest, Int64(index % 8))
    return (1 << octave) + (part + 1) << (octave - 3)
  }

  static func middle(_ index: Int) -> Int64 { Self.end(index) - (1 << (index / 8 + Self.lowest - 4)) }

  func record(_ nanoseconds: Int64, at now: Instant) {
    let stamp = UInt64(max(0, now) / Self.period) + 1
    let plane = Int(stamp & 1)
    let place = self.stamps[plane]
    let old = place.pointee.load(ordering: .relaxed)
    if old != stamp {
      if old > stamp { return }
      if place.pointee.compareExchange(expected: old, desired: stamp, ordering: .relaxed).exchanged {
        for index in 0..<256 { self.planes[plane * 256 + index].pointee.store(0, ordering: .relaxed) }
      }
    }
    self.planes[plane * 256 + Self.index(nanoseconds)].pointee.wrappingAdd(1, ordering: .relaxed)
  }

  /// How many calls fell into each bucket.
  func counts(at now: Instant) -> [Int] {
    let stamp = UInt64(max(0, now) / Self.period) + 1
    var counts = [Int](repeating: 0, count: Self.buckets)
    for plane in 0..<2 {
      let own = self.stamps[plane].pointee.load(ordering: .relaxed)
      guard own == stamp || own + 1 == stamp else { continue }
      for index in counts.indices {
        counts[index] += Int(self.planes[plane * 256 + index].pointee.load(ordering: .relaxed))
      }
    }
    return counts
  }

  /// Bytes that it holds, always the same.
  var footprint: Int { (self.stamps.count + self.planes.count) * 8 }
}
