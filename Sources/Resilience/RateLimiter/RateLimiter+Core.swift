internal import Synchronization

extension RateLimiter {
  /// What the lock protects.
  struct Core: Sendable {
    var configuration: Configuration
    var law: Law

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
    /// The state is in the limiter's words; here is how it begins.
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

    /// The law of other settings with this one's state; `bucket` is where a bucket's is.
    func replaced(
      by configuration: Configuration, _ bucket: TokenBucketMachine, available: Int, at now: Instant
    ) -> Law {
      switch (self, Law(configuration)) {
      case (.bucket, .bucket(let law)): return .bucket(bucket.replaced(by: law, at: now))
      case (.slidingWindow(let machine), .slidingWindow):
        return .slidingWindow(machine.replaced(permits: configuration.permits, per: configuration.length, at: now))
      case (.warmUp(let machine), .warmUp):
        let (length, factor) = configuration.warmUp
        return .warmUp(machine.replaced(interval: configuration.interval, warmUp: length, coldFactor: factor))
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
  func publish(_ core: Core) {
    let reserves = core.configuration.algorithm != .slidingWindow
    let maxWait = reserves ? max(0, core.configuration.maxWait.nanoseconds) : 0
    self.words[3].pointee.store(UInt64(bitPattern: maxWait), ordering: .relaxed)
    guard case .bucket(let machine) = core.law else { return self.words[1].pointee.store(0, ordering: .releasing) }
    self.words[2].pointee.store(UInt64(bitPattern: machine.capacity), ordering: .relaxed)
    self.words[0].pointee.store(UInt64(bitPattern: machine.arrival), ordering: .releasing)
    self.words[1].pointee.store(UInt64(bitPattern: machine.interval), ordering: .releasing)
  }
}
