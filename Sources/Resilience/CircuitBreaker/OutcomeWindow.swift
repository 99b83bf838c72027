/// A breaker's window of either kind.
enum OutcomeWindow: ~Copyable, Sendable {
  case count(CountWindow)
  case time(TimeWindow)

  init(_ window: CircuitBreaker.Window, countsSlow: Bool, trend: AvailabilityTrend?) {
    switch window {
    case .count(let size): self = .count(CountWindow(size: min(1_000_000, max(1, size)), countsSlow: countsSlow))
    case .time(let length): self = .time(TimeWindow(nanoseconds: max(10_000_000, length.nanoseconds), trend: trend))
    }
  }

  @inline(never)
  func recordSuccess(at now: Instant) {
    switch self {
    case .count(let window): window.recordSuccess()
    case .time(let window): window.recordSuccess(at: now)
    }
  }

  func record(failure: Bool, slow: Bool, at now: Instant) {
    switch self {
    case .count(let window): window.record(failure: failure, slow: slow)
    case .time(let window): window.record(failure: failure, slow: slow, at: now)
    }
  }

  func tally(at now: Instant) -> Tally {
    switch self {
    case .count(let window): window.tally()
    case .time(let window): window.tally(at: now)
    }
  }

  func reset(at now: Instant) {
    switch self {
    case .count(let window): window.reset()
    case .time(let window): window.reset(at: now)
    }
  }

  /// Many outcomes at once, as of now.
  func fill(_ tally: Tally, at now: Instant) {
    switch self {
    case .count(let window): window.fill(tally)
    case .time(let window): window.fill(tally, at: now)
    }
  }

  /// How many outcomes a count window has recorded; nil for a time window, which tells the trend by itself.
  var recorded: UInt64? {
    switch self {
    case .count(let window): window.recorded
    case .time: nil
    }
  }

  /// The minutes of what a time window has not handed over to the trend yet.
  func forEachMinute(at now: Instant, _ body: (_ minute: Int64, _ total: Int, _ failures: Int) -> Void) {
    switch self {
    case .count: break
    case .time(let window):
      let period = window.period
      window.forEachBucket(at: now) { start, total, failures in
        AvailabilityTrend.spread(
          total: total, failures: failures, from: start, to: max(start, min(now, start + period)), body)
      }
    }
  }

  /// Where the successes of a count window are counted; 0 for a time window.
  var countsAddress: UInt64 {
    switch self {
    case .count(let window): UInt64(UInt(bitPattern: window.successes[0]))
    case .time: 0
    }
  }

  /// The usual case of a time window; nil for a count window.
  var buckets: TimeBuckets? {
    switch self {
    case .count: nil
    case .time(let window): window.buckets
    }
  }

  /// Bytes that it holds, always the same.
  var footprint: Int {
    switch self {
    case .count(let window): window.footprint
    case .time(let window): window.footprint
    }
  }
}
