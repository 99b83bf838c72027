extension Throttle {
  /// The settings of a throttle.
  public struct Configuration: Sendable {
    /// How many attempts there may be for each accepted one before calls are refused here: more than 1, default 2.
    ///
    /// With 2 a dependency that refuses everything still sees as many calls as it last accepted; 1.1 wastes one call in
    /// ten, and notices later that it is well again.
    public var ratio: Double
    /// How long attempts are remembered: 1 s…1 h, default 2 min.
    public var window: Duration
    /// With fewer attempts in the window nothing is refused; default 10.
    public var minimumRequests: Int
    /// What an error says about the dependency; nil takes `Verdict(of:)`.
    ///
    /// A failure is an attempt that was not accepted; what is ignored counts as never attempted.
    public var verdict: (@Sendable (any Error) -> Verdict)?

    /// Makes settings.
    public init(
      ratio: Double = 2, window: Duration = .seconds(120), minimumRequests: Int = 10,
      verdict: (@Sendable (any Error) -> Verdict)? = nil
    ) {
      self.ratio = ratio
      self.window = window
      self.minimumRequests = minimumRequests
      self.verdict = verdict
    }

    /// Ratio, window in nanoseconds and least requests, brought to the nearest that is allowed.
    var clamped: (ratio: Double, window: Int64, least: Int) {
      (
        self.ratio.isNaN ? 2 : min(1_000, max(1.000_001, self.ratio)),
        min(3_600_000_000_000, max(1_000_000_000, self.window.nanoseconds)),
        min(1_000_000, max(0, self.minimumRequests))
      )
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
        if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      require(self.ratio > 1 && self.ratio <= 1_000, "ratio", self.ratio, "more than 1, at most 1,000")
      require(self.window >= .seconds(1) && self.window <= .seconds(3_600), "window", self.window, "1 s…1 h")
      require(
        (0...1_000_000).contains(self.minimumRequests), "minimumRequests", self.minimumRequests, "0…1,000,000")
      return problems
    }
  }
}
