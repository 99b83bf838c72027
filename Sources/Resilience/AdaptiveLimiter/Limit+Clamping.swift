extension Limit.Algorithm {
  /// Which law it is, whatever its settings.
  var law: Int {
    switch self {
    case .aimd: 0
    case .vegas: 1
    case .gradient2: 2
    }
  }

  /// Where the limit may be.
  var bounds: ClosedRange<Int> {
    switch self.clamped {
    case .aimd(let settings): settings.min...settings.max
    case .vegas(let settings): 1...settings.max
    case .gradient2(let settings): settings.min...settings.max
    }
  }

  /// With what is out of range brought to the nearest that is allowed.
  var clamped: Self {
    switch self {
    case .aimd(var settings):
      (settings.initial, settings.min, settings.max) = Self.bounds(settings.initial, settings.min, settings.max)
      settings.backoffRatio = Self.within(0.5, settings.backoffRatio, 1.0.nextDown)
      settings.timeout = max(.nanoseconds(1), settings.timeout)
      return .aimd(settings)
    case .vegas(var settings):
      (settings.initial, _, settings.max) = Self.bounds(settings.initial, 1, settings.max)
      settings.smoothing = Self.within(.leastNormalMagnitude, settings.smoothing, 1)
      settings.probeMultiplier = max(1, settings.probeMultiplier)
      return .vegas(settings)
    case .gradient2(var settings):
      (settings.initial, settings.min, settings.max) = Self.bounds(settings.initial, settings.min, settings.max)
      settings.smoothing = Self.within(.leastNormalMagnitude, settings.smoothing, 1)
      settings.longWindow = min(1_000_000, max(1, settings.longWindow))
      settings.tolerance = Self.within(1, settings.tolerance, 1_000)
      settings.queueSize = min(1_000_000, max(0, settings.queueSize))
      settings.backoffRatio = Self.within(0.5, settings.backoffRatio, 1.0.nextDown)
      return .gradient2(settings)
    }
  }

  private static func bounds(_ initial: Int, _ least: Int, _ most: Int) -> (Int, Int, Int) {
    let least = min(1_000_000, max(1, least))
    let most = min(1_000_000, max(least, most))
    return (min(most, max(least, initial)), least, most)
  }

  private static func within(_ least: Double, _ value: Double, _ most: Double) -> Double {
    value.isNaN ? least : min(most, max(least, value))
  }
}
