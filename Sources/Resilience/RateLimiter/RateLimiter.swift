public import Synchronization

/// Lets so many calls begin in a length of time; the rest waits for its reserved turn or is refused with the time after
/// which to come back.
///
/// One object per thing whose rate is limited, shared by everybody who uses it. Token bucket and `gcra` cost one
/// reading of the clock and one compare-and-exchange around a success; the others a lock. No allocation, except for a
/// call that waits. How the call ends does not matter to it, and a permit that was used does not come back.
public final class RateLimiter: Gate {
  /// The limiter's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .rateLimiter }
  /// The settings in force.
  public let configuration: Configuration
  let maxWait: Int64
  let observer: (any Observer)?

  /// The bucket's law; its state is the word.
  @usableFromInline let bucket: TokenBucketMachine
  @usableFromInline let arrival = AtomicWords(1)
  @usableFromInline let isLockFree: Bool
  private let locked: Lock<Locked>

  /// The machines whose state is more than a word.
  private enum Locked: Sendable {
    case slidingWindow(SlidingWindowMachine)
    case warmUp(WarmUpMachine)
  }

  /// Makes a limiter; settings out of range are brought to the nearest that is allowed.
  public init(_ name: String = "", _ configuration: Configuration, observer: (any Observer)? = nil) {
    self.name = name
    self.configuration = configuration
    self.observer = observer
    let interval = configuration.interval
    self.bucket = TokenBucketMachine(interval: interval, burst: configuration.burst)
    self.arrival[0].pointee.store(UInt64(bitPattern: self.bucket.arrival), ordering: .relaxed)
    switch configuration.algorithm {
    case .warmUp(let length, let coldFactor):
      let length = min(86_400_000_000_000, length.nanoseconds)
      let factor = coldFactor > 1 ? min(1_000, coldFactor) : 1
      self.locked = Lock(.warmUp(WarmUpMachine(interval: interval, warmUp: length, coldFactor: factor)))
      self.isLockFree = false
    case .slidingWindow, .tokenBucket, .gcra:
      let machine = SlidingWindowMachine(permits: configuration.permits, per: configuration.length)
      self.locked = Lock(.slidingWindow(machine))
      self.isLockFree = configuration.algorithm != .slidingWindow
    }
    let reserves = configuration.algorithm != .slidingWindow
    self.maxWait = reserves ? max(0, configuration.maxWait.nanoseconds) : 0
  }

  /// Makes a limiter of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ name: String = "", validating configuration: Configuration, observer: (any Observer)? = nil
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("rate limiter '\(name)'", problems) }
    self.init(name, configuration, observer: observer)
  }

  /// Takes a permit that is there.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    guard _fastPath(self.isLockFree) else { return nil }
    let now = context.now()
    var word = self.arrival[0].pointee.load(ordering: .relaxed)
    while true {
      var machine = self.bucket
      machine.arrival = Int64(bitPattern: word)
      guard _fastPath(machine.takeOne(at: now)) else { return nil }
      let (exchanged, current) = self.arrival[0].pointee.weakCompareExchange(
        expected: word, desired: UInt64(bitPattern: machine.arrival), ordering: .relaxed)
      if _fastPath(exchanged) { return Token() }
      word = current
    }
  }

  /// Nil: it may wait.
  ///
  /// - Throws: `Rejection` with the reason `rateLimited` and the time after which to come back.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    let now = context.runtime.now()
    switch self.reserve(1, at: now, latest: now) {
    case .granted: return Token()
    case .refused(let wait):
      guard self.maxWait == 0 else { return nil }
      throw self.rejection(.rateLimited, retryAfter: wait, context)
    }
  }

  /// Reserves the next permit and waits until it is due.
  ///
  /// - Throws: `Rejection`: it would be due too late (at once), or the caller was cancelled while it waited.
  public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
    try await self.take(1, in: context)
    return Token()
  }

  /// Nothing comes back: a call that has begun has begun.
  @inlinable
  public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {}

  /// Takes several permits at once, for work of different weight: bytes, rows, tokens of a model.
  ///
  /// Waits for them as long as the settings allow.
  /// - Parameters:
  ///   - permits: How many, at least 1. More than there can be at a time (the burst, or a window's permits) is refused
  ///     without `retryAfter`; where permits are evenly spaced with a warm-up, whoever comes next waits for them.
  ///   - context: Whose call it is.
  /// - Throws: `Rejection` with the reason `rateLimited`, or `cancelled`.
  public func take(_ permits: Int, in context: Context = Context()) async throws(Rejection) {
    let now = context.runtime.now()
    // Whoever would only sleep through his deadline reserves nothing.
    let latest = min(now + self.maxWait, context.effectiveDeadline - 1)
    switch self.reserve(permits, at: now, latest: latest) {
    case .refused(let wait): throw self.rejection(.rateLimited, retryAfter: wait, context)
    case .granted(let due, let state):
      guard due > now, await Parking().park(until: due, on: context.runtime) == .cancelled else { return }
      self.giveBack(permits, due, state)
      throw self.rejection(.cancelled, retryAfter: nil, context)
    }
  }

  /// How many permits could be taken at this moment.
  public func available(on runtime: Runtime = .live) -> Int {
    let now = runtime.now()
    guard !self.isLockFree else { return self.changeBucket { $0.available(at: now) } }
    return self.locked.withLock { locked in
      switch locked {
      case .slidingWindow(var machine): machine.available(at: now)
      case .warmUp(let machine): machine.available(at: now)
      }
    }
  }

  private func reserve(_ permits: Int, at now: Instant, latest: Instant) -> Reply {
    guard !self.isLockFree else { return self.changeBucket { $0.reserve(permits, at: now, latest: latest) } }
    return self.locked.withLock { locked in
      switch locked {
      case .slidingWindow(var machine):
        defer { locked = .slidingWindow(machine) }
        return machine.take(permits, at: now)
      case .warmUp(var machine):
        defer { locked = .warmUp(machine) }
        return machine.reserve(permits, at: now, latest: latest)
      }
    }
  }

  private func giveBack(_ permits: Int, _ due: Instant, _ state: Instant) {
    guard !self.isLockFree else { return self.changeBucket { $0.giveBack(permits, state: state) } }
    self.locked.withLock { locked in
      guard case .warmUp(var machine) = locked else { return }
      machine.giveBack(at: due, state: state)
      locked = .warmUp(machine)
    }
  }

  /// One event for the bucket, repeated until nobody came between.
  private func changeBucket<Result>(_ event: (inout TokenBucketMachine) -> Result) -> Result {
    var word = self.arrival[0].pointee.load(ordering: .relaxed)
    while true {
      var machine = self.bucket
      machine.arrival = Int64(bitPattern: word)
      let result = event(&machine)
      let desired = UInt64(bitPattern: machine.arrival)
      if desired == word { return result }
      let (exchanged, current) = self.arrival[0].pointee.weakCompareExchange(
        expected: word, desired: desired, ordering: .relaxed)
      if exchanged { return result }
      word = current
    }
  }

  private func rejection(_ reason: Rejection.Reason, retryAfter: Int64?, _ context: Context) -> Rejection {
    let rejection = Rejection(
      reason, by: .rateLimiter, named: self.name, retryAfter: retryAfter.map { .nanoseconds($0) },
      correlationID: context.correlationID)
    if reason != .cancelled {
      self.observer?.observe(context.event(.rejected(rejection), by: .rateLimiter, named: self.name))
    }
    return rejection
  }
}
