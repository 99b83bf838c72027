/// The arithmetic of log-linear buckets: sixteen equal ones below 65.5 µs, then sixteen for each doubling.
///
/// A bucket is at most 1/16 of its lower edge wide, so its middle is within 3.2 % of every value in it. The idea is
/// HdrHistogram's; the layout is fixed here, so that snapshots of all histograms can be added.
enum LatencyBuckets {
  private static let subBits = 4
  private static let unitBits = 12
  private static let firstOctave = Self.subBits + Self.unitBits
  private static let lastOctave = 38

  /// How many buckets there are: 384, which is 3 KiB.
  static let count = (Self.lastOctave - Self.firstOctave + 2) << Self.subBits

  /// The bucket of a duration; negative ones fall into the first, ones beyond 549 s into the last.
  static func index(_ nanoseconds: Int64) -> Int {
    if nanoseconds < 0 { return 0 }
    let value = UInt64(nanoseconds)
    if value < 1 << Self.firstOctave { return Int(value >> Self.unitBits) }
    let octave = 63 - value.leadingZeroBitCount
    if octave > Self.lastOctave { return Self.count - 1 }
    let sub = Int(value >> (octave - Self.subBits)) & ((1 << Self.subBits) - 1)
    return (octave - Self.firstOctave + 1) << Self.subBits | sub
  }

  /// The middle of a bucket in nanoseconds.
  static func middle(_ index: Int) -> Int64 {
    let group = index >> Self.subBits
    let sub = Int64(index & ((1 << Self.subBits) - 1))
    if group == 0 { return sub << Self.unitBits + 1 << (Self.unitBits - 1) }
    let octave = group - 1 + Self.firstOctave
    let width = Int64(1) << (octave - Self.subBits)
    return Int64(1) << octave + sub * width + width / 2
  }
}
