extension AdaptiveLimiter {
  /// The settings of an adaptive limiter.
  public struct Configuration: Sendable {
    /// How the limit is found; default Gradient2.
    public var algorithm: Limit.Algorithm
    /// The share of the limit that calls with a priority below 0 may use: more than 0, at most `normalShare`;
    /// default 0.8.
    ///
    /// They are shed first, while there are still places for the rest.
    public var lowShare: Double
    /// The share that calls with the priority 0 may use: more than 0, at most 1; default 1.
    ///
    /// Set it lower to keep places for priorities above 0, which may always use all.
    public var normalShare: Double
    /// What an error says about the dependency; nil takes `Verdict(of:)`.
    ///
    /// A failure lowers the limit; what is ignored teaches nothing.
    public var verdict: (@Sendable (any Error) -> Verdict)?

    /// Makes settings.
    public init(
      algorithm: Limit.Algorithm = .gradient2(), lowShare: Double = 0.8, normalShare: Double = 1,
      verdict: (@Sendable (any Error) -> Verdict)? = nil
    ) {
      self.algorithm = algorithm
      self.lowShare = lowShare
      self.normalShare = normalShare
      self.verdict = verdict
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems = self.algorithm.problems
      func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
        if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      require(self.normalShare > 0 && self.normalShare <= 1, "normalShare", self.normalShare, "0…1, not 0")
      require(
        self.lowShare > 0 && self.lowShare <= self.normalShare, "lowShare", self.lowShare,
        "0…normalShare, not 0")
      return problems
    }
  }
}

extension Limit.Algorithm {
  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
      if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
    }
    func bounds(_ initial: Int, _ least: Int, _ most: Int) {
      require((1...1_000_000).contains(least), "min", least, "1…1,000,000")
      require(most >= least && most <= 1_000_000, "max", most, "min…1,000,000")
      require(initial >= least && initial <= most, "initial", initial, "min…max")
    }
    switch self {
    case .aimd(let settings):
      bounds(settings.initial, settings.min, settings.max)
      require((0.5..<1).contains(settings.backoffRatio), "backoffRatio", settings.backoffRatio, "0.5…1, not 1")
      require(settings.timeout > .zero, "timeout", settings.timeout, "more than 0")
    case .vegas(let settings):
      bounds(settings.initial, 1, settings.max)
      require(settings.smoothing > 0 && settings.smoothing <= 1, "smoothing", settings.smoothing, "0…1, not 0")
      require(settings.probeMultiplier >= 1, "probeMultiplier", settings.probeMultiplier, "1 or more")
    case .gradient2(let settings):
      bounds(settings.initial, settings.min, settings.max)
      require(settings.smoothing > 0 && settings.smoothing <= 1, "smoothing", settings.smoothing, "0…1, not 0")
      require((1...1_000_000).contains(settings.longWindow), "longWindow", settings.longWindow, "1…1,000,000")
      require((1...1_000).contains(settings.tolerance), "tolerance", settings.tolerance, "1…1,000")
      require((0...1_000_000).contains(settings.queueSize), "queueSize", settings.queueSize, "0…1,000,000")
      require((0.5..<1).contains(settings.backoffRatio), "backoffRatio", settings.backoffRatio, "0.5…1, not 1")
    }
    return problems
  }
}
