/// The arithmetic of adaptive limits: takes samples, returns how many calls should run at a time.
///
/// A value: no clock, no lock, no chance of its own. `AdaptiveLimiter` enforces what it says; use it by itself to see
/// what a law would do with samples you have. The laws and their defaults are those of Netflix' concurrency-limits.
public struct Limit: Sendable, Equatable {
  /// The law of change.
  public private(set) var algorithm: Algorithm
  var estimate: Double
  /// For Vegas: the round trip without load, in nanoseconds; 0 is not known yet.
  var noLoad: Int64 = 0
  var samplesSinceProbe = 0
  /// Spreads the probes of many limiters, 0.5…1.
  var probeJitter = 1.0
  /// For Gradient2: the slow average of round trips.
  var longAverage = 0.0
  var longSum = 0.0
  var longCount = 0

  /// Makes a limit that begins at the algorithm's initial value; settings out of range are brought to the nearest that is
  /// allowed.
  public init(_ algorithm: Algorithm = .gradient2()) {
    let algorithm = algorithm.clamped
    self.algorithm = algorithm
    self.estimate =
      switch algorithm {
      case .aimd(let settings): Double(settings.initial)
      case .vegas(let settings): Double(settings.initial)
      case .gradient2(let settings): Double(settings.initial)
      }
    self.estimate = max(1, self.estimate)
  }

  /// Takes other settings and keeps what was learned: the limit stays, within the new bounds.
  ///
  /// Another law begins at the limit that the old one had found; what it knows of round trips it has to learn anew.
  public mutating func replace(_ algorithm: Algorithm) {
    let algorithm = algorithm.clamped
    if algorithm.law != self.algorithm.law {
      let estimate = self.estimate
      self = Limit(algorithm)
      self.estimate = estimate
    }
    self.algorithm = algorithm
    let bounds = algorithm.bounds
    self.estimate = max(1, Double(bounds.lowerBound), min(Double(bounds.upperBound), self.estimate))
  }

  /// How many calls should run at a time; at least 1.
  public var value: Int { Int(self.estimate) }

  /// A call has ended.
  ///
  /// - Parameters:
  ///   - roundTrip: How long it took.
  ///   - inFlight: How many ran when it began, itself included.
  ///   - dropped: Whether it ran into a time-out or was refused for overload. Gradient2 goes by the time alone.
  ///   - chance: 64 random bits, with which Vegas spreads its probes; others ignore them.
  /// - Returns: The limit from now on.
  @discardableResult
  public mutating func sample(_ roundTrip: Duration, inFlight: Int, dropped: Bool, chance: UInt64 = .max) -> Int {
    self.sample(nanoseconds: roundTrip.nanoseconds, inFlight: inFlight, dropped: dropped, chance: chance)
  }

  mutating func sample(nanoseconds: Int64, inFlight: Int, dropped: Bool, chance: UInt64) -> Int {
    let nanoseconds = max(1, nanoseconds)
    let inFlight = min(max(0, inFlight), 1 << 40)
    switch self.algorithm {
    case .aimd(let settings): self.aimd(settings, nanoseconds, inFlight, dropped)
    case .vegas(let settings): self.vegas(settings, nanoseconds, inFlight, dropped, chance)
    case .gradient2(let settings): self.gradient2(settings, nanoseconds, inFlight)
    }
    return self.value
  }

  /// A call has failed: lowers the limit, and learns nothing from how long it took, as failing can be quick.
  @discardableResult
  public mutating func drop() -> Int {
    switch self.algorithm {
    case .aimd(let settings): self.aimd(settings, 1, 0, true)
    case .vegas: self.estimate = max(1, self.estimate - Double(Self.logarithm(self.value)))
    case .gradient2(let settings):
      self.estimate = max(Double(settings.min), self.estimate * settings.backoffRatio)
    }
    return self.value
  }
}
