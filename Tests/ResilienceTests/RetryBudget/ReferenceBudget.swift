/// The traffic form, written to be read: every deposit is remembered with the end of its life.
struct ReferenceBudget {
  private struct Deposit {
    var amount: Int
    let slice: Int
  }

  let perCall: Int
  let perSecond: Int
  let capacity: Int
  let slice: Int
  private var deposits: [Deposit] = []
  private var epoch: Int?
  private var now = 0
  private var earned = 0  // millionths times nanoseconds, not paid in yet

  init(perCall: Int, perSecond: Int, capacity: Int, slice: Int) {
    self.perCall = perCall
    self.perSecond = perSecond
    self.capacity = capacity
    self.slice = slice
  }

  var balance: Int { self.deposits.reduce(0) { $0 + $1.amount } }

  private mutating func pay(_ amount: Int) {
    guard let epoch else { return }
    let paid = min(amount, self.capacity - self.balance)
    self.deposits.append(Deposit(amount: paid, slice: (self.now - epoch) / self.slice))
  }

  private mutating func earn(_ nanoseconds: Int) {
    self.earned += nanoseconds * self.perSecond
    self.pay(self.earned / 1_000_000_000)
    self.earned %= 1_000_000_000
  }

  /// One nanosecond after the other would be too slow: from one end of a slice to the next.
  mutating func advance(to instant: Int) {
    if let epoch {
      let sliceEnd = epoch + ((self.now - epoch) / self.slice + 1) * self.slice
      if instant - sliceEnd >= 10 * self.slice { self.epoch = nil }
    }
    guard self.epoch != nil else {
      self.deposits = []
      self.epoch = instant
      self.now = instant
      return self.earn(10 * self.slice)
    }
    while self.now < instant, let epoch = self.epoch {
      let boundary = epoch + ((self.now - epoch) / self.slice + 1) * self.slice
      let step = min(boundary, instant) - self.now
      self.earn(step)
      self.now += step
      let slice = (self.now - epoch) / self.slice
      self.deposits.removeAll { slice - $0.slice >= 10 }
    }
  }

  mutating func call() { self.pay(self.perCall) }

  mutating func withdraw() -> Bool {
    guard self.balance >= 1_000_000 else { return false }
    var rest = 1_000_000
    for index in self.deposits.indices {
      let taken = min(rest, self.deposits[index].amount)
      self.deposits[index].amount -= taken
      rest -= taken
    }
    return true
  }
}
