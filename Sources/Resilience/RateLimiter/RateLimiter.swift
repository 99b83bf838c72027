internal import Synchronization

/// Lets so many calls begin in a length of time; the rest waits for its reserved turn or is refused with the time after
/// which to come back.
///
/// One object per thing whose rate is limited, shared by everybody who uses it. Token bucket and `gcra` cost one
/// reading of the clock and one compare-and-exchange around a success, a warm-up the same with a pair of words, a
/// sliding window with the coarse clock for most calls. From 100,000 permits a second on, and with a bucket for a second
/// or more, a bucket goes by the coarse clock as well, at half the price: it is then up to 10 ms' worth, a hundredth at
/// most, less full than it would be. No allocation, except for a call that waits. How the call ends does not matter to
/// it, and a permit that was used does not come back.
public final class RateLimiter: Gate {
  /// The limiter's name, in errors, events and metrics.
  public let name: String
  /// What it is, for traces.
  public var kind: PolicyKind? { .rateLimiter }
  let observer: (any Observer)?
  /// Who decides where several processes share the permits; nil: this object.
  let sharing: (any SharedPermits)?
  /// Looking at the optional existential itself goes through interpreted witnesses: 80 instructions.
  let isShared: Bool

  /// A bucket's state and law: [0] when it will be full, [1] the space between permits, [2] what it holds.
  ///
  /// [1] is 0 where the state is more than a word. [3]: how long a call may wait. [4]: by how much the clock may lag
  /// that the bucket goes by.
  ///
  /// Of a sliding window: [5] how many permits may be taken without the lock, and above them the number of the lease;
  /// [6] until when. Of a warm-up: [8] to [15] its law, and in a line of their own [16] and [17] its state.
  let words = AtomicWords(18)
  let core: Lock<Core>

  /// Makes a limiter; settings out of range are brought to the nearest that is allowed.
  ///
  /// - Parameters:
  ///   - name: In errors, events and metrics.
  ///   - configuration: The settings.
  ///   - observer: Hears of refusals.
  ///   - sharing: Who decides instead, where several processes share the permits: each call then asks it. Such a
  ///     limiter takes no other settings and gives no reservations.
  public init(
    _ name: String = "", _ configuration: Configuration, observer: (any Observer)? = nil,
    sharing: (any SharedPermits)? = nil
  ) {
    self.name = name
    self.observer = observer
    self.sharing = sharing
    self.isShared = sharing != nil
    self.core = Lock(Core(configuration))
    self.core.withLock { self.publish(&$0) }
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

  /// The settings in force.
  public var configuration: Configuration { self.core.withLock { $0.configuration } }

  /// Takes a permit that is there.
  @inlinable
  public func tryAdmit(_ context: inout Context) -> Token? {
    self.takeOne(context.runtime, &context.entered) ? Token() : nil
  }

  /// Takes a permit that is there, without a copy of the context.
  @inlinable
  @inline(__always)
  public func tryAdmit(_ context: Context, entered: inout Instant) -> Token? {
    self.takeOne(context.runtime, &entered) ? Token() : nil
  }

  @usableFromInline
  @inline(never)
  func takeOne(_ runtime: Runtime, _ entered: inout Instant) -> Bool {
    guard self.words[1].pointee.load(ordering: .relaxed) != 0 else {
      return self.isWarmingUp ? self.takeWarmingUp(runtime, &entered) : self.takeLeased(runtime, &entered)
    }
    let lag = Int64(bitPattern: self.words[4].pointee.load(ordering: .relaxed))
    if lag > 0, entered == 0, case .live = runtime, self.takeOne(at: runtime.coarseNow(), lag: lag) { return true }
    if entered == 0 { entered = runtime.now() }
    return self.takeOne(at: entered, lag: 0)
  }

  @inline(__always)
  private func takeOne(at now: Instant, lag: Int64) -> Bool {
    while true {
      var machine = self.bucket
      let word = UInt64(bitPattern: machine.arrival)
      guard _fastPath(machine.takeOne(at: now, lag: lag)) else { return false }
      let exchanged = self.words[0].pointee.weakCompareExchange(
        expected: word, desired: UInt64(bitPattern: machine.arrival), ordering: .relaxed
      ).exchanged
      if _fastPath(exchanged) { return true }
    }
  }

  /// Takes one of the permits that a sliding window has left in its present slice.
  @inline(never)
  private func takeLeased(_ runtime: Runtime, _ entered: inout Instant) -> Bool {
    var word = self.words[5].pointee.load(ordering: .acquiring)
    let until = Int64(bitPattern: self.words[6].pointee.load(ordering: .relaxed))
    if word & 0xFFFF_FFFF != 0 {
      // The slice has to be the right one also if the clock lags.
      var isNow = entered == 0 && runtime.coarseNow() < until &- Runtime.coarseness
      if !isNow {
        if entered == 0 { entered = runtime.now() }
        isNow = entered < until
      }
      while isNow, word & 0xFFFF_FFFF != 0 {
        // If the lease is another one by now, so is the word.
        let (exchanged, current) = self.words[5].pointee.weakCompareExchange(
          expected: word, desired: word &- 1, successOrdering: .acquiringAndReleasing, failureOrdering: .acquiring)
        if exchanged { return true }
        if current >> 32 != word >> 32 { break }
        word = current
      }
    }
    if entered == 0 { entered = runtime.now() }
    guard case .granted = self.reserve(1, at: entered, latest: entered) else { return false }
    return true
  }

  /// The bucket as it is.
  ///
  /// The state is read before the law: if the law is replaced meanwhile the exchange fails. A call that takes its
  /// permit in the very moment of a replacement may go by a mixture of both laws.
  var bucket: TokenBucketMachine {
    let arrival = self.words[0].pointee.load(ordering: .acquiring)
    return TokenBucketMachine(
      interval: Int64(bitPattern: self.words[1].pointee.load(ordering: .relaxed)),
      capacity: Int64(bitPattern: self.words[2].pointee.load(ordering: .relaxed)), arrival: Int64(bitPattern: arrival))
  }

  /// Nil: it may wait.
  ///
  /// - Throws: `Rejection` with the reason `rateLimited` and the time after which to come back.
  public func admit(in context: Context) throws(Rejection) -> Token? {
    if self.isShared { return nil }
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
    if let sharing { return try await sharing.take(permits, in: context) }
    try await self.reserve(permits, in: context).ready()
  }

  /// How many permits could be taken at this moment.
  public func available(on runtime: Runtime = .live) -> Int {
    let now = runtime.now()
    return self.core.withLock { core in
      self.recall(&core)
      defer { self.publishLease(&core) }
      return core.available(self.bucket, at: now)
    }
  }

  var maxWait: Int64 { Int64(bitPattern: self.words[3].pointee.load(ordering: .relaxed)) }

  func reserve(_ permits: Int, at now: Instant, latest: Instant) -> Reply {
    if self.words[1].pointee.load(ordering: .relaxed) != 0 {
      return self.changeBucket { $0.reserve(permits, at: now, latest: latest) }
    }
    if self.isWarmingUp { return self.changeWarmUp { $0.reserve(permits, at: now, latest: latest) } }
    // Nothing here is known of permits that others share.
    guard !self.isShared else { return .refused(retryAfter: nil) }
    return self.core.withLock { core in
      switch core.law {
      case .bucket: return self.changeBucket { $0.reserve(permits, at: now, latest: latest) }
      case .slidingWindow:
        self.recall(&core)
        defer { self.publishLease(&core) }
        return core.law.take(permits, at: now)
      case .warmUp: return self.changeWarmUp { $0.reserve(permits, at: now, latest: latest) }
      }
    }
  }

  func giveBack(_ permits: Int, _ due: Instant, _ state: Instant) {
    self.core.withLock { core in
      switch core.law {
      case .bucket: self.changeBucket { $0.giveBack(permits, state: state) }
      case .slidingWindow: break  // reserves nothing
      case .warmUp: self.changeWarmUp { $0.giveBack(at: due, state: state) }
      }
    }
  }

  /// One event for the bucket, repeated until nobody came between.
  func changeBucket<Result>(_ event: (inout TokenBucketMachine) -> Result) -> Result {
    while true {
      var machine = self.bucket
      let word = UInt64(bitPattern: machine.arrival)
      let result = event(&machine)
      let desired = UInt64(bitPattern: machine.arrival)
      if desired == word { return result }
      if self.words[0].pointee.weakCompareExchange(expected: word, desired: desired, ordering: .releasing).exchanged {
        return result
      }
    }
  }

  func rejection(_ reason: Rejection.Reason, retryAfter: Int64?, _ context: Context) -> Rejection {
    let rejection = Rejection(
      reason, by: .rateLimiter, named: self.name, retryAfter: retryAfter.map { .nanoseconds($0) },
      correlationID: context.correlationID)
    if reason != .cancelled {
      self.observer?.observe(context.event(.rejected(rejection), by: .rateLimiter, named: self.name))
    }
    return rejection
  }
}
