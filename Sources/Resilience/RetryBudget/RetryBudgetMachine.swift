/// The token bucket whose deposits expire.
///
/// A value: told of calls and of the time, it answers whether an extra attempt is affordable. Deposits lie in ten
/// slices by age; the oldest is spent first, and a slice that comes round again loses what is left in it. Whole
/// millionths of an attempt, so that the balance is always exactly the sum of the slices.
struct RetryBudgetMachine: Sendable {
  static let sliceCount = 10
  static let attempt: Int64 = 1_000_000

  private(set) var capacity: Int64
  private(set) var perCall: Int64
  private(set) var perSecond: UInt64
  private(set) var sliceLength: Int64

  private(set) var balance: Int64 = 0
  /// When the slice that deposits go to ends; `.min` before the first event.
  private(set) var sliceEnd: Instant = .min
  private var slices = InlineArray<10, Int64>(repeating: 0)
  private var current = 0
  private var creditedUntil: Instant = 0
  /// What the minimum has earned towards its next millionth, in billionths of it.
  private var remainder: UInt64 = 0

  init(_ configuration: RetryBudget.Configuration) {
    guard case .traffic(let ratio, let minimumPerSecond, let capacity, let lifetime) = configuration else {
      (self.capacity, self.perCall, self.perSecond, self.sliceLength) = (0, 0, 0, 1_000_000)
      return
    }
    self.capacity = Int64(min(1_000_000, max(1, capacity))) * Self.attempt
    self.perCall = RetryBudget.millionths(ratio, max: 10)
    self.perSecond = UInt64(RetryBudget.millionths(minimumPerSecond, max: 100_000))
    self.sliceLength = min(600_000_000_000, max(10_000_000, lifetime.nanoseconds)) / Int64(Self.sliceCount)
  }

  var available: Double { Double(self.balance) / Double(Self.attempt) }

  /// Calls have begun, in the slice that is current.
  mutating func deposit(calls: Int) { self.add(self.perCall * Int64(calls)) }

  /// Time has passed: the minimum is earned, old deposits expire.
  mutating func advance(to now: Instant) {
    let lifetime = self.sliceLength * Int64(Self.sliceCount)
    if self.sliceEnd == .min || now - self.sliceEnd >= lifetime {
      // New, or asleep for longer than anything lives: the minimum of one lifetime, earned just now.
      for _ in 0..<Self.sliceCount { self.turn() }
      self.creditedUntil = now - lifetime
      self.sliceEnd = now + self.sliceLength
    }
    while now >= self.sliceEnd {
      self.earn(until: self.sliceEnd)
      self.turn()
      self.sliceEnd += self.sliceLength
    }
    self.earn(until: now)
  }

  /// Takes one extra attempt, oldest deposits first; false: there is not enough.
  mutating func withdraw() -> Bool {
    guard self.balance >= Self.attempt else { return false }
    self.take(Self.attempt)
    return true
  }

  /// Other settings of the same form from now on: what is saved stays, as far as the capacity allows it.
  ///
  /// A slice that is current ends when it would have, or earlier if slices are shorter now.
  mutating func replace(_ configuration: RetryBudget.Configuration, at now: Instant) {
    let other = RetryBudgetMachine(configuration)
    (self.capacity, self.perCall, self.perSecond) = (other.capacity, other.perCall, other.perSecond)
    self.sliceLength = other.sliceLength
    self.sliceEnd = min(self.sliceEnd, now + other.sliceLength)
    if self.balance > self.capacity { self.take(self.balance - self.capacity) }
  }

  /// Takes what is there, oldest deposits first.
  private mutating func take(_ amount: Int64) {
    var rest = amount
    for age in 1...Self.sliceCount where rest > 0 {
      let slice = (self.current + age) % Self.sliceCount
      let taken = min(rest, self.slices[slice])
      self.slices[slice] -= taken
      rest -= taken
    }
    self.balance -= amount
  }

  /// The next slice becomes current, and what was left in it since last time is lost.
  private mutating func turn() {
    self.current = (self.current + 1) % Self.sliceCount
    self.balance -= self.slices[self.current]
    self.slices[self.current] = 0
  }

  private mutating func earn(until instant: Instant) {
    guard instant > self.creditedUntil else { return }
    let elapsed = UInt64(instant - self.creditedUntil)
    self.creditedUntil = instant
    var product = self.perSecond.multipliedFullWidth(by: elapsed)
    let (low, carry) = product.low.addingReportingOverflow(self.remainder)
    product = (product.high + (carry ? 1 : 0), low)
    let (earned, rest) = UInt64(1_000_000_000).dividingFullWidth(product)
    self.remainder = rest
    self.add(Int64(earned))
  }

  private mutating func add(_ amount: Int64) {
    let amount = min(amount, self.capacity - self.balance)
    self.slices[self.current] += amount
    self.balance += amount
  }
}
