internal import Synchronization

extension RateLimiter {
  /// Where law and state of a warm-up are among the limiter's words.
  private enum Place {
    static let interval = 8
    static let length = 9
    static let cooling = 10
    /// 0 if another law is in force.
    static let coldSpace = 11
    static let margin = 12
    static let threshold = 13
    static let stored = 14
    static let slope = 15
    /// When the next permit is due, and how warm it is by then.
    static let state = 16
  }

  /// Whether a warm-up is in force.
  @inline(__always)
  var isWarmingUp: Bool { self.words[Place.coldSpace].pointee.load(ordering: .acquiring) != 0 }

  /// The warm-up as it is; what is read of it in different moments does not come through the exchange.
  ///
  /// The state is read before the law, as a bucket's is.
  @inline(__always)
  var warmUp: WarmUpMachine {
    let state = AtomicPair(at: self.words[Place.state])
    let (nextFree, warmth) = (state.first, state.second)
    let law = WarmUpLaw(
      interval: self.time(Place.interval), length: self.time(Place.length), cooling: self.time(Place.cooling),
      coldSpace: self.time(Place.coldSpace), margin: self.time(Place.margin), threshold: self.number(Place.threshold),
      stored: self.number(Place.stored), slope: self.number(Place.slope))
    return WarmUpMachine(law, nextFree: Int64(bitPattern: nextFree), warmth: Int64(bitPattern: warmth))
  }

  @inline(__always)
  private func time(_ place: Int) -> Int64 { Int64(bitPattern: self.words[place].pointee.load(ordering: .relaxed)) }

  @inline(__always)
  private func number(_ place: Int) -> Double {
    Double(bitPattern: self.words[place].pointee.load(ordering: .relaxed))
  }

  /// Takes the next permit if it is due.
  @inline(__always)
  func takeWarmingUp(_ runtime: Runtime, _ entered: inout Instant) -> Bool {
    if entered == 0 { entered = runtime.now() }
    while true {
      let before = self.warmUp
      var machine = before
      guard let isTaken = machine.takeOne(at: entered) else { return self.reserveOne(at: entered) }
      if !isTaken { return false }
      if _fastPath(self.exchange(before, for: machine)) { return true }
    }
  }

  /// Out of line: what it lays down in memory, an exchange would have to wait for.
  @inline(never)
  private func reserveOne(at now: Instant) -> Bool {
    if case .granted = self.changeWarmUp({ $0.reserve(1, at: now, latest: now) }) { return true }
    return false
  }

  /// One event for the warm-up, repeated until nobody came between.
  func changeWarmUp<Result>(_ event: (inout WarmUpMachine) -> Result) -> Result {
    while true {
      let before = self.warmUp
      var machine = before
      let result = event(&machine)
      if self.exchange(before, for: machine) { return result }
    }
  }

  @inline(__always)
  private func exchange(_ before: WarmUpMachine, for after: WarmUpMachine) -> Bool {
    AtomicPair(at: self.words[Place.state]).exchange(
      expected: (UInt64(bitPattern: before.nextFree), UInt64(bitPattern: before.warmth)),
      desired: (UInt64(bitPattern: after.nextFree), UInt64(bitPattern: after.warmth)))
  }

  /// Puts a warm-up into force, with its state.
  func publish(_ machine: WarmUpMachine) {
    self.changeWarmUp { $0 = machine }
    self.publish(machine.law)
  }

  /// Puts the law of a warm-up into force, and leaves the state to others.
  func publish(_ law: WarmUpLaw) {
    self.set(Place.interval, law.interval)
    self.set(Place.length, law.length)
    self.set(Place.cooling, law.cooling)
    self.set(Place.margin, law.margin)
    self.set(Place.threshold, Int64(bitPattern: law.threshold.bitPattern))
    self.set(Place.stored, Int64(bitPattern: law.stored.bitPattern))
    self.set(Place.slope, Int64(bitPattern: law.slope.bitPattern))
    self.set(Place.coldSpace, law.coldSpace)
  }

  /// Another law is in force.
  func retractWarmUp() { self.set(Place.coldSpace, 0) }

  private func set(_ place: Int, _ value: Int64) {
    self.words[place].pointee.store(UInt64(bitPattern: value), ordering: .releasing)
  }
}
