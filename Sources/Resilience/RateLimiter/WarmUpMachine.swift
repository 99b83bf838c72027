/// Evenly spaced permits that are further apart after a pause.
///
/// A value of two words that change; the limiter keeps them in a pair of atomics.
struct WarmUpMachine: Sendable, Equatable {
  let law: WarmUpLaw
  /// When the next permit is due; never used: long ago.
  private(set) var nextFree: Instant
  /// After how long a pause from then on it is quite cold: 0…`law.length`.
  private(set) var warmth: Int64

  init(interval: Int64, warmUp: Int64, coldFactor: Double) {
    self.init(WarmUpLaw(interval: interval, warmUp: warmUp, coldFactor: coldFactor))
  }

  /// The machine as it stands in the limiter's words; without a state quite cold.
  @inline(__always)
  init(_ law: WarmUpLaw, nextFree: Instant = .min / 4, warmth: Int64 = 0) {
    self.law = law
    self.nextFree = nextFree
    self.warmth = warmth
  }

  /// How many permits the pause before the next one has stored.
  var coldness: Double { self.law.coldness(self.warmth) }

  /// Takes the next permit if it is due, where its space is known: of a limiter that is quite cold, as one is that is
  /// used at less than a quarter of its rate, or warm.
  ///
  /// The same as `reserve` in whole numbers only; nil: in between, ask `reserve`.
  @inline(__always)
  mutating func takeOne(at now: Instant) -> Bool? {
    let pause = now &- self.nextFree
    guard pause >= 0 else { return false }
    let warmth = self.warmth &- pause
    if warmth <= 0 {
      self.nextFree = now &+ self.law.coldSpace
      self.warmth = self.law.cooling
    } else if warmth >= self.law.margin {
      self.nextFree = now &+ self.law.interval
      self.warmth = min(self.law.length, warmth &+ self.law.cooling)
    } else {
      return nil
    }
    return true
  }

  mutating func reserve(_ permits: Int, at now: Instant, latest: Instant) -> RateLimiter.Reply {
    let due = max(now, self.nextFree)
    guard due == now || due <= latest else { return .refused(retryAfter: due - now) }
    // The pause since the beginning of time is longer than any warmth.
    let (warmth, permits) = (max(0, self.warmth - (due &- self.nextFree)), Double(max(1, permits)))
    self.nextFree = due + self.law.time(of: permits, from: warmth)
    self.warmth = self.law.warmth(warmth, after: permits)
    return .granted(at: due, state: self.nextFree)
  }

  /// Takes a reservation back, if nobody has reserved after it; the warmth that it brought stays.
  mutating func giveBack(at due: Instant, state: Instant) {
    if self.nextFree == state { self.nextFree = due }
  }

  /// The same with other settings: as warm as it is, and the next call when it was due.
  func replaced(interval: Int64, warmUp: Int64, coldFactor: Double) -> WarmUpMachine {
    self.replaced(by: WarmUpLaw(interval: interval, warmUp: warmUp, coldFactor: coldFactor))
  }

  /// The same under another law.
  func replaced(by law: WarmUpLaw) -> WarmUpMachine {
    let share = Double(self.warmth) * Double(law.length) / Double(self.law.length)
    return WarmUpMachine(law, nextFree: self.nextFree, warmth: min(law.length, Int64(share.rounded())))
  }

  /// Begins cold, with a permit or without.
  mutating func hold(_ permits: Int, at now: Instant) {
    self.nextFree = permits > 0 ? now : now + self.law.interval
  }

  func available(at now: Instant) -> Int { now >= self.nextFree ? 1 : 0 }
}
