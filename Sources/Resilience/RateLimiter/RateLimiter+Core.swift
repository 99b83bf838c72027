internal import Synchronization

extension RateLimiter {
  /// What the lock protects.
  struct Core: Sendable {
    var configuration: Configuration
    var law: Law
    /// How many permits of a sliding window may be taken without the lock, and how often there were such.
    var leased = 0
    var leases: UInt32 = 0

    init(_ configuration: Configuration) {
      self.configuration = configuration
      self.law = Law(configuration)
    }

    func available(_ bucket: TokenBucketMachine, at now: Instant) -> Int {
      switch self.law {
      case .bucket: return bucket.available(at: now)
      case .slidingWindow(var machine): return machine.available(at: now)
      case .warmUp(let machine): return machine.available(at: now)
      }
    }
  }

  /// The law in force, with its state where that is more than a word.
  enum Law: Sendable {
    /// The state is in the limiter's words, as a warm-up's is; here is how it begins.
    case bucket(TokenBucketMachine)
    case slidingWindow(SlidingWindowMachine)
    case warmUp(WarmUpMachine)

    init(_ configuration: Configuration) {
      switch configuration.algorithm {
      case .tokenBucket, .gcra:
        self = .bucket(TokenBucketMachine(interval: configuration.interval, burst: configuration.burst))
      case .slidingWindow:
        self = .slidingWindow(SlidingWindowMachine(permits: configuration.permits, per: configuration.length))
      case .warmUp:
        let (length, factor) = configuration.warmUp
        self = .warmUp(WarmUpMachine(interval: configuration.interval, warmUp: length, coldFactor: factor))
      }
    }

    /// Permits of a sliding window; no other law is asked.
    mutating func take(_ permits: Int, at now: Instant) -> Reply {
      guard case .slidingWindow(var machine) = self else { return .refused(retryAfter: nil) }
      defer { self = .slidingWindow(machine) }
      return machine.take(permits, at: now)
    }

    /// The law of other settings with this one's state; `bucket` is where a bucket's is.
    func replaced(
      by configuration: Configuration, _ bucket: TokenBucketMachine, available: Int, at now: Instant
    ) -> Law {
      switch (self, Law(configuration)) {
      case (.bucket, .bucket(let law)): return .bucket(bucket.replaced(by: law, at: now))
      case (.slidingWindow(let machine), .slidingWindow):
        return .slidingWindow(machine.replaced(permits: configuration.permits, per: configuration.length, at: now))
      case (.warmUp(let machine), .warmUp(let next)): return .warmUp(machine.replaced(by: next.law))
      case (_, .bucket(var machine)):
        machine.hold(Double(available), at: now)
        return .bucket(machine)
      case (_, .slidingWindow(var machine)):
        machine.hold(available, at: now)
        return .slidingWindow(machine)
      case (_, .warmUp(var machine)):
        machine.hold(available, at: now)
        return .warmUp(machine)
      }
    }
  }

  /// Tells the hot path what the lock holds.
  func publish(_ core: inout Core) {
    let reserves = core.configuration.algorithm != .slidingWindow
    let maxWait = reserves ? max(0, core.configuration.maxWait.nanoseconds) : 0
    self.words[3].pointee.store(UInt64(bitPattern: maxWait), ordering: .relaxed)
    guard !self.isShared else { return }  // the words stay empty: every call takes the slow way
    guard case .bucket(let machine) = core.law else {
      if case .warmUp(let machine) = core.law { self.publish(machine) } else { self.retractWarmUp() }
      self.words[1].pointee.store(0, ordering: .releasing)
      return self.publishLease(&core)
    }
    self.retractWarmUp()
    self.publishLaw(machine)
    self.words[0].pointee.store(UInt64(bitPattern: machine.arrival), ordering: .releasing)
    self.words[1].pointee.store(UInt64(bitPattern: machine.interval), ordering: .releasing)
  }

  func publishLaw(_ machine: TokenBucketMachine) {
    self.words[2].pointee.store(UInt64(bitPattern: machine.capacity), ordering: .relaxed)
    self.words[4].pointee.store(machine.sparesClock ? UInt64(Runtime.coarseness) : 0, ordering: .relaxed)
  }

  /// Lets the permits that a sliding window has left in the present slice be taken without the lock.
  func publishLease(_ core: inout Core) {
    guard case .slidingWindow(let machine) = core.law else { return }
    let (permits, until) = machine.lease()
    core.leased = permits
    core.leases = core.leases == .max ? 1 : core.leases + 1
    self.words[6].pointee.store(UInt64(bitPattern: until), ordering: .relaxed)
    self.words[5].pointee.store(UInt64(core.leases) << 32 | UInt64(permits), ordering: .releasing)
  }

  /// Brings the law up to date.
  ///
  /// What was taken from a sliding window without the lock is reported to it; nobody takes any more until the next
  /// `publish`.
  func recall(_ core: inout Core) {
    if case .warmUp = core.law { core.law = .warmUp(self.warmUp) }
    let word = self.words[5].pointee.exchange(0, ordering: .acquiringAndReleasing)
    guard word != 0, case .slidingWindow(var machine) = core.law else { return }
    machine.took(core.leased - Int(word & 0xFFFF_FFFF))
    core.law = .slidingWindow(machine)
  }
}
