extension Hedge {
  /// When the next attempt begins.
  public enum Delay: Sendable, Equatable {
    /// That long after the last one began; 0 starts all at once.
    case fixed(Duration)
    /// When it takes longer than all but a share of the calls do: the percentile `1 − maxExtraLoad`.
    ///
    /// Of the first attempts' latencies, time-outs and superseded attempts included. There is no hedging before enough
    /// of them are known. An estimate: with few samples and a long tail up to a quarter more are hedged; a `budget` is
    /// the strict bound.
    /// - Parameter maxExtraLoad: The share of calls that are hedged, 0.001…0.5; default 0.05.
    case percentile(maxExtraLoad: Double = 0.05)
  }

  /// The settings of a hedge.
  public struct Configuration: Sendable {
    /// When the next attempt begins; by default for the slowest 5 %.
    public var delay: Delay
    /// How many attempts may be added to the first, 0…10; default 1.
    public var maxHedges: Int
    /// How many latencies have to be known before a percentile counts, 10…1,000,000; default 100.
    ///
    /// At least as many as make one hedge: 20 for an extra load of 0.05.
    public var minimumSamples: Int
    /// For how long a latency counts, 1 s…1 h; default 30 s.
    ///
    /// Between that and half of it.
    public var window: Duration
    /// A percentile's delay is never shorter; default 1 ms.
    public var minimumDelay: Duration
    /// Bounds what hedges and retries together add to the dependency's load; nil is no bound.
    public var budget: RetryBudget?
    /// Whether the hedge tells the budget of each call; default true.
    ///
    /// False inside a `Retry` with the same budget, which does: a call must not pay in twice.
    public var countsCalls: Bool

    /// Makes settings.
    public init(
      delay: Delay = .percentile(), maxHedges: Int = 1, minimumSamples: Int = 100, window: Duration = .seconds(30),
      minimumDelay: Duration = .milliseconds(1), budget: RetryBudget? = nil, countsCalls: Bool = true
    ) {
      self.delay = delay
      self.maxHedges = maxHedges
      self.minimumSamples = minimumSamples
      self.window = window
      self.minimumDelay = minimumDelay
      self.budget = budget
      self.countsCalls = countsCalls
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func check(_ setting: String, _ found: some CustomStringConvertible, _ isAllowed: Bool, _ allowed: String) {
        if !isAllowed { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      switch self.delay {
      case .fixed(let delay): check("delay", delay, delay >= .zero, "at least 0")
      case .percentile(let load): check("maxExtraLoad", load, (0.001...0.5).contains(load), "0.001…0.5")
      }
      check("maxHedges", self.maxHedges, (0...10).contains(self.maxHedges), "0…10")
      check("minimumSamples", self.minimumSamples, (10...1_000_000).contains(self.minimumSamples), "10…1000000")
      check("window", self.window, self.window >= .seconds(1) && self.window <= .seconds(3_600), "1 s…1 h")
      check("minimumDelay", self.minimumDelay, self.minimumDelay >= .zero, "at least 0")
      return problems
    }

    var mostHedges: Int { min(10, max(0, self.maxHedges)) }
    var countedBudget: RetryBudget? { self.countsCalls ? self.budget : nil }
  }
}
