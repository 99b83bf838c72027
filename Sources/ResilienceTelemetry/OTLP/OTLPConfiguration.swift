public import Resilience

/// How telemetry is sent: what to send, how often, how much is kept while nobody takes it.
public struct OTLPConfiguration: Sendable, Equatable {
  /// What is sent; default everything.
  public var signals: Set<OTLPSignal>
  /// The longest that anything waits before it is sent, and how often metrics are: 10 ms…1 h, default 5 s.
  public var interval: Duration
  /// How many spans, and how many log records, wait at most; more are dropped and counted.
  ///
  /// 1…1,000,000, default 8,192.
  public var maxQueue: Int
  /// How many go in one request; as many waiting are sent without regard to the interval.
  ///
  /// 1…100,000, default 512.
  public var maxBatch: Int
  /// How long one request may take: 1 ms…10 min, default 10 s.
  public var timeout: Duration

  /// Makes settings; what is left out has its default.
  public init(
    signals: Set<OTLPSignal> = Set(OTLPSignal.allCases), interval: Duration = .seconds(5), maxQueue: Int = 8_192,
    maxBatch: Int = 512, timeout: Duration = .seconds(10)
  ) {
    self.signals = signals
    self.interval = interval
    self.maxQueue = maxQueue
    self.maxBatch = maxBatch
    self.timeout = timeout
  }

  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func check(_ setting: String, _ found: some CustomStringConvertible, _ isAllowed: Bool, _ allowed: String) {
      if !isAllowed { problems.append(.init(setting, found: found.description, allowed: allowed)) }
    }
    let isInterval = self.interval >= .milliseconds(10) && self.interval <= .seconds(3_600)
    check("interval", self.interval, isInterval, "10 ms…1 h")
    check("maxQueue", self.maxQueue, (1...1_000_000).contains(self.maxQueue), "1…1000000")
    check("maxBatch", self.maxBatch, (1...100_000).contains(self.maxBatch), "1…100000")
    check("timeout", self.timeout, self.timeout >= .milliseconds(1) && self.timeout <= .seconds(600), "1 ms…10 min")
    return problems
  }

  /// The same with every value brought to the nearest that is allowed.
  var clamped: OTLPConfiguration {
    OTLPConfiguration(
      signals: self.signals, interval: min(.seconds(3_600), max(.milliseconds(10), self.interval)),
      maxQueue: min(1_000_000, max(1, self.maxQueue)), maxBatch: min(100_000, max(1, self.maxBatch)),
      timeout: min(.seconds(600), max(.milliseconds(1), self.timeout)))
  }
}
