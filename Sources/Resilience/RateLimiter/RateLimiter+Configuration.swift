extension RateLimiter {
  /// The law by which permits come back.
  public enum Algorithm: Sendable, Equatable {
    /// A bucket that holds `burst` permits (nil: `permits`), starts full and is refilled evenly.
    ///
    /// In every interval of length t at most `burst + permits × t / per` calls begin.
    case tokenBucket(burst: Int? = nil)
    /// At most `permits` calls in every interval of length `per`, whatever its beginning.
    ///
    /// Counters, no log: constant memory. The price is that a permit comes back late, never early: up to a twentieth of
    /// `per` after it would have left an exact window, so that under constant pressure at least 20/21 of the rate is
    /// reached. Callers cannot wait.
    case slidingWindow
    /// Evenly spaced: one call every `per / permits`, and `burst` of them at once after a pause.
    ///
    /// The law is that of the token bucket, in the form of a generic cell rate; the burst is 1 if nothing is said.
    case gcra(burst: Int = 1)
    /// Like `gcra`, but slow after a pause: the space between calls shrinks from `coldFactor` times the usual to the
    /// usual while so much time passes under load, for dependencies that have to fill caches and pools.
    case warmUp(over: Duration, coldFactor: Double = 3)
  }

  /// The settings of a rate limiter.
  public struct Configuration: Sendable, Equatable {
    /// How many calls may begin per `per`: 1…1,000,000,000.
    public var permits: Int
    /// The length of time that `permits` is meant for: 1 ms…1 day, default 1 s.
    public var per: Duration
    /// The law by which permits come back; default: a token bucket that holds `permits`.
    public var algorithm: Algorithm
    /// How long a call may wait for the permit that it reserves; 0, the default, refuses it at once.
    ///
    /// A caller whose deadline comes first is refused at once as well. A sliding window reserves nothing: leave it 0.
    public var maxWait: Duration

    /// Makes settings.
    public init(
      permits: Int, per: Duration = .seconds(1), algorithm: Algorithm = .tokenBucket(), maxWait: Duration = .zero
    ) {
      self.permits = permits
      self.per = per
      self.algorithm = algorithm
      self.maxWait = maxWait
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
        if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      require((1...1_000_000_000).contains(self.permits), "permits", self.permits, "1…1,000,000,000")
      require(self.per >= .milliseconds(1) && self.per <= .seconds(86_400), "per", self.per, "1 ms…1 day")
      require(
        Int64(clamping: self.permits) <= max(1, self.per.nanoseconds), "permits", self.permits,
        "at most one each nanosecond of per")
      switch self.algorithm {
      case .tokenBucket(let burst):
        require((1...1_000_000_000).contains(burst ?? 1), "burst", burst ?? 1, "1…1,000,000,000")
      case .gcra(let burst): require((1...1_000_000_000).contains(burst), "burst", burst, "1…1,000,000,000")
      case .slidingWindow:
        require(self.maxWait == .zero, "maxWait", self.maxWait, "0, as a sliding window reserves nothing")
      case .warmUp(let length, let coldFactor):
        require(length > .zero && length <= .seconds(86_400), "warmUp", length, "more than 0, at most 1 day")
        require(coldFactor > 1 && coldFactor <= 1_000, "coldFactor", coldFactor, "more than 1, at most 1,000")
      }
      require(self.maxWait >= .zero, "maxWait", self.maxWait, "0 or more")
      return problems
    }

    /// The space between two permits, rounded up: never faster than asked for, slower by less than 1 ns a permit.
    var interval: Int64 {
      let permits = Int64(min(1_000_000_000, max(1, self.permits)))
      return max(1, (self.length + permits - 1) / permits)
    }

    /// How long warming up takes, and how slow it begins.
    var warmUp: (length: Int64, factor: Double) {
      guard case .warmUp(let length, let factor) = self.algorithm else { return (1, 1) }
      return (min(86_400_000_000_000, length.nanoseconds), factor > 1 ? min(1_000, factor) : 1)
    }

    var length: Int64 { min(86_400_000_000_000, max(1_000_000, self.per.nanoseconds)) }
    var burst: Int {
      switch self.algorithm {
      case .tokenBucket(let burst): min(1_000_000_000, max(1, burst ?? self.permits))
      case .gcra(let burst): min(1_000_000_000, max(1, burst))
      case .slidingWindow, .warmUp: 1
      }
    }
  }
}
