public import Resilience

extension SharedRateLimiter {
  /// What happens to calls while the server is away.
  public enum Fallback: Sendable, Equatable {
    /// Each instance limits by itself, by these settings; nil takes the shared ones, so that all together may exceed
    /// them.
    case local(RateLimiter.Configuration? = nil)
    /// All calls begin.
    case open
    /// No call begins.
    case closed
  }

  /// The settings of a shared limiter.
  public struct Configuration: Sendable, Equatable {
    /// What all instances may do together; a warm-up cannot be shared.
    public var limit: RateLimiter.Configuration
    /// What happens while the server is away; default: each instance limits by itself.
    public var fallback: Fallback
    /// How long a call waits for the server's answer: 1 ms…10 s, default 50 ms.
    public var timeout: Duration
    /// How long after a failure the server is left alone: 1 ms…1 h, default 1 s.
    public var pause: Duration

    /// Makes settings.
    public init(
      _ limit: RateLimiter.Configuration, fallback: Fallback = .local(), timeout: Duration = .milliseconds(50),
      pause: Duration = .seconds(1)
    ) {
      self.limit = limit
      self.fallback = fallback
      self.timeout = timeout
      self.pause = pause
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems = self.limit.problems
      if case .local(let local?) = self.fallback { problems += local.problems }
      func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
        if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      require(
        (.milliseconds(1)...(.seconds(10))).contains(self.timeout), "timeout", self.timeout, "1 ms…10 s")
      require((.milliseconds(1)...(.seconds(3_600))).contains(self.pause), "pause", self.pause, "1 ms…1 h")
      if case .warmUp = self.limit.algorithm {
        require(false, "algorithm", "a warm-up", "tokenBucket, slidingWindow or gcra: a warm-up cannot be shared")
      }
      let law = SharedLaw(self.limit)
      require(
        law.capacity <= RateLimitScripts.longest, "burst",
        "a bucket that takes \(Duration.nanoseconds(law.capacity)) to fill",
        "at most 52 days, as the server's numbers are exact for no longer")
      require(
        self.limit.maxWait < .seconds(86_400 * 30), "maxWait", self.limit.maxWait, "at most 30 days")
      return problems
    }
  }
}
