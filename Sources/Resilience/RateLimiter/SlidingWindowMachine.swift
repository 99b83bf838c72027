/// At most so many permits in every interval of a length, with 21 counters in place of a log.
///
/// Each counter stands for a twentieth of the length. A permit counts until its whole twentieth has left the window: it
/// comes back up to a twentieth late, and never early.
struct SlidingWindowMachine: Sendable {
  static let slices = 21

  private(set) var limit: Int
  let slice: Int64
  private var counts = InlineArray<21, Int>(repeating: 0)
  private var epoch: Int64 = 0
  private(set) var taken = 0

  init(permits: Int, per length: Int64) {
    self.limit = min(1_000_000_000, max(1, permits))  // half a word is for what is left
    self.slice = max(1, (length + Int64(Self.slices) - 2) / Int64(Self.slices - 1))
  }

  mutating func take(_ permits: Int, at now: Instant) -> RateLimiter.Reply {
    let permits = max(1, permits)
    guard permits <= self.limit else { return .refused(retryAfter: nil) }
    self.advance(to: now / self.slice)
    guard permits > self.limit - self.taken else {
      self.took(permits)
      return .granted(at: now, state: now)
    }
    return .refused(retryAfter: self.wait(for: self.taken - self.limit + permits, at: now))
  }

  mutating func available(at now: Instant) -> Int {
    self.advance(to: now / self.slice)
    return max(0, self.limit - self.taken)
  }

  /// The same with other settings: what was taken stays taken; where the length is another, from now on.
  func replaced(permits: Int, per length: Int64, at now: Instant) -> SlidingWindowMachine {
    var old = self
    var next = SlidingWindowMachine(permits: permits, per: length)
    if next.slice == self.slice {
      old.limit = next.limit
      return old
    }
    let available = old.available(at: now)
    next.hold(available, at: now)
    return next
  }

  /// Begins with so many permits, as many as fit; the others come back after the whole length.
  mutating func hold(_ permits: Int, at now: Instant) {
    self.advance(to: now / self.slice)
    let missing = self.limit - min(self.limit, max(0, permits))
    self.counts[self.index(self.epoch)] += missing
    self.taken += missing
  }

  /// What is left in the present slice, and when that ends: up to then permits may be taken without asking again, if
  /// they are reported (`took`).
  func lease() -> (permits: Int, until: Instant) {
    (max(0, self.limit - self.taken), (self.epoch + 1) * self.slice)
  }

  /// So many were taken in the present slice.
  mutating func took(_ permits: Int) {
    self.counts[self.index(self.epoch)] += permits
    self.taken += permits
  }

  /// Until so many have left.
  private func wait(for excess: Int, at now: Instant) -> Int64 {
    var excess = excess
    var epoch = self.epoch - Int64(Self.slices) + 1
    while epoch < self.epoch {
      excess -= self.counts[self.index(epoch)]
      if excess <= 0 { break }
      epoch += 1
    }
    return (epoch + Int64(Self.slices)) * self.slice - now
  }

  /// Forgets what has left the window; a clock that another thread read earlier changes nothing.
  private mutating func advance(to epoch: Int64) {
    guard epoch > self.epoch else { return }
    for gone in 0..<min(Int64(Self.slices), epoch - self.epoch) {
      let index = self.index(epoch - gone)
      self.taken -= self.counts[index]
      self.counts[index] = 0
    }
    self.epoch = epoch
  }

  private func index(_ epoch: Int64) -> Int { (Int(epoch % 21) + 21) % 21 }
}
