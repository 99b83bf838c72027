internal import Resilience

/// The last seconds of a dependency's traffic, one point each: sparklines and rates.
///
/// Time is passed in, in nanoseconds of one monotonic clock; the series reads none. Fixed memory. Cost: one short lock.
public final class RollingSeries: Sendable {
  private struct Slot: Sendable {
    var second = Int64.min
    var counts = TrafficCounts()
  }

  /// How many seconds it remembers, the running one included.
  public let seconds: Int
  private let slots: Lock<[Slot]>

  /// Makes an empty series; at least 1 second, 120 unless given.
  public init(seconds: Int = 120) {
    self.seconds = max(1, seconds)
    self.slots = Lock(Array(repeating: Slot(), count: self.seconds))
  }

  /// Adds to the second that holds the instant; what is older than the series remembers is dropped.
  public func record(_ counts: TrafficCounts, at nanoseconds: Int64) {
    let second = Self.second(nanoseconds)
    self.slots.withLock { slots in
      let index = Self.index(second, slots.count)
      if slots[index].second > second { return }
      if slots[index].second < second { slots[index] = Slot(second: second) }
      slots[index].counts.add(counts)
    }
  }

  /// Exactly `seconds` points, the oldest first, the running second last; seconds without traffic are zero.
  public func points(at nanoseconds: Int64) -> [SeriesPoint] {
    let now = Self.second(nanoseconds)
    let slots = self.slots.withLock { $0 }
    return (now - Int64(slots.count) + 1...now).map { second in
      let slot = slots[Self.index(second, slots.count)]
      return SeriesPoint(second: second, counts: slot.second == second ? slot.counts : TrafficCounts())
    }
  }

  /// The sum over the last complete seconds, for rates that do not sag at the start of each second; 1…`seconds` − 1.
  public func total(ofLast count: Int, at nanoseconds: Int64) -> TrafficCounts {
    var total = TrafficCounts()
    for point in self.points(at: nanoseconds).dropLast().suffix(max(0, count)) { total.add(point.counts) }
    return total
  }

  /// Requests per second over the last complete seconds.
  public func requestsPerSecond(overLast count: Int = 10, at nanoseconds: Int64) -> Double {
    let seconds = min(max(1, count), max(1, self.seconds - 1))
    return Double(self.total(ofLast: seconds, at: nanoseconds).requests) / Double(seconds)
  }

  /// Rounds down also below zero, so that no second is twice as long as the others.
  private static func second(_ nanoseconds: Int64) -> Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  private static func index(_ second: Int64, _ count: Int) -> Int {
    let remainder = Int(second % Int64(count))
    return remainder < 0 ? remainder + count : remainder
  }
}
