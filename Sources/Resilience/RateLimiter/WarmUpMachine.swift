/// Evenly spaced permits that are further apart after a pause.
///
/// A pause stores permits; those above `threshold` are given out slowly, the first at `coldFactor` times the usual
/// space, the last at the usual. The areas are chosen so that going from cold to warm under load takes `warmUp`; going
/// from warm to cold takes as long. Source: the law of Guava's warming-up rate limiter.
struct WarmUpMachine: Sendable, Equatable {
  let interval: Double
  let threshold: Double
  let stored: Double
  private let slope: Double
  /// Permits that a nanosecond of pause stores: multiplying by it is a quarter of the price of a division.
  private let storing: Double
  /// How many permits the pause so far has stored: how cold it is.
  private(set) var coldness: Double
  private(set) var nextFree: Instant = .min / 4

  init(interval: Int64, warmUp: Int64, coldFactor: Double) {
    let interval = Double(max(1, interval))
    let length = Double(max(1, warmUp))
    let cold = interval * max(1.001, coldFactor)
    self.interval = interval
    self.threshold = 0.5 * length / interval
    self.stored = self.threshold + 2 * length / (interval + cold)
    self.slope = (cold - interval) / (self.stored - self.threshold)
    self.storing = self.stored / length
    self.coldness = self.stored
  }

  mutating func reserve(_ permits: Int, at now: Instant, latest: Instant) -> RateLimiter.Reply {
    let due = max(now, self.nextFree)
    guard due == now || due <= latest else { return .refused(retryAfter: due - now) }
    if now > self.nextFree {
      // Never used: cold already, and the pause since the beginning of time is too long to be counted.
      if self.nextFree > .min / 4 {
        self.coldness = min(self.stored, self.coldness + Double(now - self.nextFree) * self.storing)
      }
    }
    self.nextFree = due + self.spend(Double(max(1, permits)))
    return .granted(at: due, state: self.nextFree)
  }

  /// Takes a reservation back, if nobody has reserved after it; the warmth that it brought stays.
  mutating func giveBack(at due: Instant, state: Instant) {
    if self.nextFree == state { self.nextFree = due }
  }

  /// The same with other settings: as warm as it is, and the next call when it was due.
  func replaced(interval: Int64, warmUp: Int64, coldFactor: Double) -> WarmUpMachine {
    var next = WarmUpMachine(interval: interval, warmUp: warmUp, coldFactor: coldFactor)
    next.coldness = next.stored * (self.coldness / self.stored)
    next.nextFree = self.nextFree
    return next
  }

  /// Begins cold, with a permit or without.
  mutating func hold(_ permits: Int, at now: Instant) {
    self.nextFree = permits > 0 ? now : now + Int64(self.interval)
  }

  func available(at now: Instant) -> Int { now >= self.nextFree ? 1 : 0 }

  /// The time that permits cost: the area under the line of spaces, from the coldness down.
  private mutating func spend(_ permits: Double) -> Int64 {
    let old = min(self.coldness, permits)
    let above = max(0, self.coldness - self.threshold)
    let slow = min(above, old)
    let slowTime = slow * (2 * self.interval + (2 * above - slow) * self.slope) / 2
    self.coldness -= old
    let time = slowTime + (permits - slow) * self.interval
    return Int64(min(time.rounded(.up), 9e17))
  }
}
