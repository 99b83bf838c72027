/// The arithmetic of token bucket and generic cell rate: both are the same law, kept in one instant.
///
/// `arrival` is when the bucket will be full again. A permit moves it by `interval`; more than `capacity` ahead of the
/// time it may not be. A value of one word that changes: the limiter keeps it in an atomic.
struct TokenBucketMachine: Sendable, Equatable {
  let interval: Int64
  let capacity: Int64
  /// Never used: long ago, but far enough from the end that nothing overflows.
  var arrival: Instant = .min / 4

  /// The machine as it stands in the limiter's words.
  init(interval: Int64, capacity: Int64, arrival: Instant) {
    self.interval = interval
    self.capacity = capacity
    self.arrival = arrival
  }

  init(interval: Int64, burst: Int) {
    self.interval = max(1, interval)
    let (product, overflow) = self.interval.multipliedReportingOverflow(by: Int64(max(1, burst)))
    self.capacity = overflow ? .max / 4 : min(.max / 4, product)
  }

  /// Takes one permit if it is there now.
  ///
  /// By a clock that lags by up to `lag` the permit is taken as late as it may be, and given only if it was there as
  /// early as it may be: never more than the law allows, and the bucket is at most `lag` less full than it should be.
  @inline(__always)
  mutating func takeOne(at now: Instant, lag: Int64 = 0) -> Bool {
    let next = max(self.arrival, now &+ lag) &+ self.interval
    guard next &- self.capacity <= now else { return false }
    self.arrival = next
    return true
  }

  /// Whether a lagging clock does: where permits are so many and so close that what its lag may cost, at most a
  /// hundredth of a full bucket, is nothing to anybody.
  var sparesClock: Bool { self.interval <= 10_000 && self.capacity >= 100 * Runtime.coarseness }

  /// Takes permits, or reserves them if they are due by `latest`.
  mutating func reserve(_ permits: Int, at now: Instant, latest: Instant) -> RateLimiter.Reply {
    guard let cost = self.cost(permits) else { return .refused(retryAfter: nil) }
    let next = max(self.arrival, now) + cost
    let due = max(now, next - self.capacity)
    guard due == now || due <= latest else { return .refused(retryAfter: due - now) }
    self.arrival = next
    return .granted(at: due, state: next)
  }

  /// Takes a reservation back, if nobody has reserved after it.
  ///
  /// Otherwise its time stays empty: handing it to a newcomer would let two begin at once.
  mutating func giveBack(_ permits: Int, state: Instant) {
    guard self.arrival == state, let cost = self.cost(permits) else { return }
    self.arrival -= cost
  }

  /// The same under another law: the permits that are there stay, as many as fit; what is reserved stays reserved.
  func replaced(by law: TokenBucketMachine, at now: Instant) -> TokenBucketMachine {
    var next = law
    let level = self.capacity - max(0, self.arrival - now)
    if level < 0 {
      next.arrival = now + law.capacity - level
    } else {
      next.hold(Double(level) / Double(self.interval), at: now)
    }
    return next
  }

  /// Holds so many permits from now on, as many as fit.
  mutating func hold(_ permits: Double, at now: Instant) {
    let level = min(Double(self.capacity), permits * Double(self.interval))
    self.arrival = now + self.capacity - Int64(level)
  }

  /// How many permits are there.
  func available(at now: Instant) -> Int {
    let used = max(0, self.arrival - now)
    return Int(max(0, self.capacity - used) / self.interval)
  }

  private func cost(_ permits: Int) -> Int64? {
    let (cost, overflow) = self.interval.multipliedReportingOverflow(by: Int64(max(1, permits)))
    return overflow || cost > self.capacity ? nil : cost
  }
}
