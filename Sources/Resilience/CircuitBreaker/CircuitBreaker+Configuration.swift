extension CircuitBreaker {
  /// What the outcomes of the recent past are counted over.
  @frozen
  public enum Window: Sendable, Equatable, CustomStringConvertible {
    /// The last so many calls: 1…1,000,000.
    case count(Int)
    /// The calls of the last so long, in ten buckets: 10 ms…1 day. Scales better with threads.
    case time(Duration)

    /// As in configuration files: `100 calls`, `30.0 seconds`.
    public var description: String {
      switch self {
      case .count(let size): "\(size) calls"
      case .time(let length): "\(length)"
      }
    }
  }

  /// The settings of a breaker.
  ///
  /// A threshold that is nil is not judged by.
  public struct Configuration: Sendable {
    /// Opens after so many failures in a row: 1 or more, nil is off.
    ///
    /// Default 5.
    public var consecutiveFailures: Int?
    /// Opens when this share of the window's calls failed: more than 0, at most 1; nil is off.
    public var failureRateThreshold: Double?
    /// From how long on a call counts as slow; nil measures nothing.
    public var slowCallThreshold: Duration?
    /// Opens when this share of the window's calls was slow: more than 0, at most 1; nil is off.
    public var slowCallRateThreshold: Double?
    /// What the rates are counted over.
    ///
    /// Default: the last 30 s.
    public var window: Window
    /// Below so many calls in the window rates are unknown.
    ///
    /// Default 20.
    public var minimumCalls: Int
    /// How long calls are refused before probes are admitted.
    ///
    /// Default 60 s.
    public var openDuration: Duration
    /// By how much the open time grows each time the probes fail; 1 keeps it.
    ///
    /// Default 1.
    public var openDurationFactor: Double
    /// The longest open time that growth leads to.
    ///
    /// Default 10 min.
    public var maxOpenDuration: Duration
    /// How many probes may be under way at a time while half-open.
    ///
    /// Default 3.
    public var permittedProbes: Int
    /// So many probes must succeed to close.
    ///
    /// Default 3.
    public var successThreshold: Int
    /// What becomes of calls beyond the permitted probes; by default they are refused.
    public var excessProbes: ExcessProbes
    /// A probe that has not reported back by then gives its place to the next call, and its report is ignored whenever
    /// it comes: a breaker is never stuck.
    ///
    /// Default 60 s. Make it longer than a good call may take: a dependency whose every answer comes later than this
    /// leaves the breaker half-open for as long as it is so slow. By the coarse clock, which may lag 10 ms behind.
    public var maxHalfOpenDuration: Duration
    /// The share of failed probes from which on it opens again: more than 0, at most 1; nil
    /// (the default): one failed probe is enough.
    ///
    /// With it, `successThreshold` is how many probes have to end, well or not: they are a window of their own. It is
    /// judged as soon as the probes that are still missing cannot change the result.
    public var halfOpenFailureRateThreshold: Double?
    /// How long the recovery takes after the probes have succeeded; nil (the default) closes at once.
    ///
    /// The share of admitted calls grows evenly from a tenth to all, so that what has just come back is not met by the
    /// whole load. Which calls are admitted is left to chance; the others are refused as by a half-open breaker, which
    /// it still is in public, and are told to come back spread over the rest of the time. Outcomes are counted and
    /// judged as when closed: whatever opens a closed breaker opens a ramping one, and the open time grows.
    public var ramp: Duration?
    /// How long one call may take; nil (the default) is as long as it wants.
    ///
    /// Held by `run` and by pipelines of every kind, by way of a `Timeout` inside the breaker: the call ends with a
    /// `Rejection` with the reason `timeout`, which counts as a failure whatever `verdict` says. Permits and entries
    /// cannot be ended by the breaker: their holder has to, and finds the instant in `Permit.deadline` or
    /// `deadline(of:)`. A result that comes later than this counts as a failure whatever it says, also from an
    /// operation that has ignored its cancellation. The documents' value is `standardCallTimeout`. When settings are
    /// replaced it holds for calls that begin from then on. Costs nothing when nil, else what a `Timeout` costs.
    public var callTimeout: Duration?
    /// Whether durations are measured although nothing is judged by them, for the evidence of failures.
    ///
    /// Costs two clock readings a call.
    public var recordsDurations: Bool
    /// What an error says about the dependency; nil takes `Verdict(of:)`.
    ///
    /// Return `.ignored` for whitelisted errors.
    public var verdict: (@Sendable (any Error) -> Verdict)?

    /// The documents' time-out of one call, for those who want one: 30 s.
    public static var standardCallTimeout: Duration { .seconds(30) }

    /// Makes settings; what is left out has the documents' default.
    public init(
      consecutiveFailures: Int? = 5, failureRateThreshold: Double? = nil, slowCallThreshold: Duration? = nil,
      slowCallRateThreshold: Double? = nil, window: Window = .time(.seconds(30)), minimumCalls: Int = 20,
      openDuration: Duration = .seconds(60), openDurationFactor: Double = 1, maxOpenDuration: Duration = .seconds(600),
      permittedProbes: Int = 3, successThreshold: Int = 3, excessProbes: ExcessProbes = .reject,
      maxHalfOpenDuration: Duration = .seconds(60), halfOpenFailureRateThreshold: Double? = nil,
      ramp: Duration? = nil, callTimeout: Duration? = nil, recordsDurations: Bool = false,
      verdict: (@Sendable (any Error) -> Verdict)? = nil
    ) {
      self.consecutiveFailures = consecutiveFailures
      self.failureRateThreshold = failureRateThreshold
      self.slowCallThreshold = slowCallThreshold
      self.slowCallRateThreshold = slowCallRateThreshold
      self.window = window
      self.minimumCalls = minimumCalls
      self.openDuration = openDuration
      self.openDurationFactor = openDurationFactor
      self.maxOpenDuration = maxOpenDuration
      self.permittedProbes = permittedProbes
      self.successThreshold = successThreshold
      self.excessProbes = excessProbes
      self.maxHalfOpenDuration = maxHalfOpenDuration
      self.halfOpenFailureRateThreshold = halfOpenFailureRateThreshold
      self.ramp = ramp
      self.callTimeout = callTimeout
      self.recordsDurations = recordsDurations
      self.verdict = verdict
    }
  }
}
