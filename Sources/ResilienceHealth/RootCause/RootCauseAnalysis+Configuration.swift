extension RootCauseAnalysis {
  /// What is believed about checks, cascades and causes before anything has been seen.
  ///
  /// None of it has to be exact: results speak louder. Rates are 0…1.
  public struct Configuration: Sendable, Hashable {
    /// How far back results are looked at; default 3 minutes, and in it at least ten results of every check.
    public var lookback: Duration
    /// How finely the beginning of a failure is resolved; default 4 s, less than half the interval of the checks.
    public var step: Duration
    /// By how much a result may be older than its arrival, at most; default 5 s.
    public var resultDelay: Duration
    /// How often a check of something that works fails; default 0.05, corrected by what is seen.
    public var falseAlarmRate: Double
    /// How often a check of something that does not work succeeds; default 0.07, corrected by what is seen.
    public var missRate: Double
    /// How often a failing dependency takes down who depends on it; default 0.8.
    public var edgeStrength: Double
    /// Which part of all edges nobody has written down; default 0.1.
    public var missingEdgeRate: Double
    /// How long a failure takes to reach the next dependency, on average; default 14 s.
    public var impactLag: Duration
    /// How often there is a cause at all within the lookback; default 0.01.
    public var causeRate: Double
    /// How many further causes to reckon with beside a first one, 0…10; default 3.
    ///
    /// More than there are, because a second cause that is overlooked costs more than a consequence that is named.
    public var furtherCauses: Double
    /// From which probability on a cause is named; default 0.5.
    public var nameFrom: Double

    /// Describes what is believed; values out of range are brought to the nearest that is allowed.
    public init(
      lookback: Duration = .seconds(180), step: Duration = .seconds(4), resultDelay: Duration = .seconds(5),
      falseAlarmRate: Double = 0.05, missRate: Double = 0.07, edgeStrength: Double = 0.8,
      missingEdgeRate: Double = 0.1, impactLag: Duration = .seconds(14), causeRate: Double = 0.01,
      furtherCauses: Double = 3, nameFrom: Double = 0.5
    ) {
      self.step = max(.milliseconds(1), step)
      self.lookback = max(self.step * 4, lookback)
      self.resultDelay = max(.zero, resultDelay)
      self.falseAlarmRate = Self.rate(falseAlarmRate, 0.001...0.4)
      self.missRate = Self.rate(missRate, 0.001...0.4)
      self.edgeStrength = Self.rate(edgeStrength, 0.01...0.99)
      self.missingEdgeRate = Self.rate(missingEdgeRate, 0...0.9)
      self.impactLag = max(.zero, impactLag)
      self.causeRate = Self.rate(causeRate, 0.000_001...0.5)
      self.furtherCauses = Self.rate(furtherCauses, 0.000_001...10)
      self.nameFrom = Self.rate(nameFrom, 0...1)
    }

    /// What checks at this interval need: steps and lookback in proportion to it.
    ///
    /// Where checks are frequent, cascades are expected to be quick too: otherwise two failures within one step would
    /// be too close to each other for one to follow from the other.
    public init(interval: Duration) {
      self.init(
        lookback: interval * 18, step: interval * 0.4, resultDelay: min(.seconds(5), interval * 0.5),
        impactLag: min(.seconds(14), interval * 1.4))
    }

    private static func rate(_ value: Double, _ allowed: ClosedRange<Double>) -> Double {
      value.isNaN ? allowed.lowerBound : min(allowed.upperBound, max(allowed.lowerBound, value))
    }
  }
}
