extension Limit {
  /// A law of change with its settings.
  public enum Algorithm: Sendable, Equatable {
    /// One more while all goes well, a tenth less after a failure.
    case aimd(AIMD = AIMD())
    /// Estimates the queue from the shortest round trip, and keeps it short.
    case vegas(Vegas = Vegas())
    /// Follows the ratio of the slow average of round trips to the latest one.
    case gradient2(Gradient2 = Gradient2())
  }

  /// Additive increase, multiplicative decrease.
  public struct AIMD: Sendable, Equatable {
    /// Where it begins; default 20.
    public var initial: Int
    /// It never goes below; default 20.
    public var min: Int
    /// It never goes above; default 200.
    public var max: Int
    /// What is left after a failure: 0.5 or more, less than 1; default 0.9.
    public var backoffRatio: Double
    /// A call that takes longer counts as failed; default 5 s.
    public var timeout: Duration

    /// Makes settings.
    public init(
      initial: Int = 20, min: Int = 20, max: Int = 200, backoffRatio: Double = 0.9, timeout: Duration = .seconds(5)
    ) {
      self.initial = initial
      self.min = min
      self.max = max
      self.backoffRatio = backoffRatio
      self.timeout = timeout
    }
  }

  /// After TCP Vegas.
  public struct Vegas: Sendable, Equatable {
    /// Where it begins; default 20.
    public var initial: Int
    /// It never goes above; default 1,000.
    public var max: Int
    /// How much of a change is taken over at once: more than 0, at most 1; default 1.
    public var smoothing: Double
    /// After so many samples times the limit the shortest round trip is measured anew; default 30.
    public var probeMultiplier: Int

    /// Makes settings.
    public init(initial: Int = 20, max: Int = 1_000, smoothing: Double = 1, probeMultiplier: Int = 30) {
      self.initial = initial
      self.max = max
      self.smoothing = smoothing
      self.probeMultiplier = probeMultiplier
    }
  }

  /// The gradient of round trips.
  ///
  /// Compares with the recent past, not with the unloaded service: load that lasts becomes the new normal, and the
  /// limit drifts up to `max` (Netflix' concurrency-limits #134 and #137). Failures that the limiter hears of lower it
  /// (`Limit.drop()`). Choose a `max` that the service bears, or Vegas, which measures the unloaded round trip anew.
  public struct Gradient2: Sendable, Equatable {
    /// Where it begins; default 20.
    public var initial: Int
    /// It never goes below; default 20.
    public var min: Int
    /// It never goes above; default 200.
    public var max: Int
    /// How much of a change is taken over at once: more than 0, at most 1; default 0.2.
    public var smoothing: Double
    /// How many samples the slow average remembers; default 600.
    public var longWindow: Int
    /// By how much a round trip may exceed the slow average before the limit shrinks: 1…1,000, default 1.5.
    public var tolerance: Double
    /// By how many it grows while all goes well; default 4.
    public var queueSize: Int
    /// What is left after a failure (`Limit.drop()`): 0.5 or more, less than 1; default 0.9.
    public var backoffRatio: Double

    /// Makes settings.
    public init(
      initial: Int = 20, min: Int = 20, max: Int = 200, smoothing: Double = 0.2, longWindow: Int = 600,
      tolerance: Double = 1.5, queueSize: Int = 4, backoffRatio: Double = 0.9
    ) {
      self.initial = initial
      self.min = min
      self.max = max
      self.smoothing = smoothing
      self.longWindow = longWindow
      self.tolerance = tolerance
      self.queueSize = queueSize
      self.backoffRatio = backoffRatio
    }
  }
}
