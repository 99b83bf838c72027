extension Limit {
  mutating func aimd(_ settings: AIMD, _ roundTrip: Int64, _ inFlight: Int, _ dropped: Bool) {
    var limit = self.value
    if dropped || roundTrip > settings.timeout.nanoseconds {
      limit = Int(Double(limit) * settings.backoffRatio)
    } else if inFlight * 2 >= limit {  // no growth while idle
      limit += 1
    }
    self.estimate = Double(Swift.min(settings.max, Swift.max(settings.min, limit, 1)))
  }

  mutating func vegas(
    _ settings: Vegas, _ roundTrip: Int64, _ inFlight: Int, _ dropped: Bool, _ chance: UInt64
  ) {
    self.samplesSinceProbe += 1
    // The shortest round trip may be of better days: now and then the present one takes its place.
    if self.probeJitter * Double(settings.probeMultiplier) * self.estimate <= Double(self.samplesSinceProbe) {
      self.probeJitter = 0.5 + Double(chance >> 11) * 0x1p-54
      self.samplesSinceProbe = 0
      self.noLoad = roundTrip
      return
    }
    if self.noLoad == 0 || roundTrip < self.noLoad {
      self.noLoad = roundTrip
      return
    }
    guard let wanted = self.vegasTarget(roundTrip, inFlight, dropped) else { return }
    let target = Swift.max(1, Swift.min(Double(settings.max), wanted))
    self.estimate = (1 - settings.smoothing) * self.estimate + settings.smoothing * target
  }

  /// Nil: it stays.
  private func vegasTarget(_ roundTrip: Int64, _ inFlight: Int, _ dropped: Bool) -> Double? {
    let step = Self.logarithm(self.value)
    if dropped { return self.estimate - Double(step) }
    if Double(inFlight * 2) < self.estimate { return nil }  // no growth while idle
    let queue = Int((self.estimate * (1 - Double(self.noLoad) / Double(roundTrip))).rounded(.up))
    if queue <= step { return self.estimate + Double(6 * step) }
    if queue < 3 * step { return self.estimate + Double(step) }
    return queue > 6 * step ? self.estimate - Double(step) : nil
  }

  mutating func gradient2(_ settings: Gradient2, _ roundTrip: Int64, _ inFlight: Int) {
    let short = Double(roundTrip)
    let long = self.average(short, over: settings.longWindow)
    // Back to normal after long overload: do not wait until the slow average has forgotten it.
    if long / short > 2 { self.longAverage *= 0.95 }
    if Double(inFlight) < self.estimate / 2 { return }  // no growth while idle
    // Never by more than half at once: it may be an outlier.
    let gradient = Swift.max(0.5, Swift.min(1, settings.tolerance * long / short))
    let target = self.estimate * gradient + Double(settings.queueSize)
    let smoothed = self.estimate * (1 - settings.smoothing) + target * settings.smoothing
    self.estimate = Swift.max(Double(settings.min), 1, Swift.min(Double(settings.max), smoothed))
  }

  /// The plain mean of the first ten, then exponential.
  private mutating func average(_ sample: Double, over window: Int) -> Double {
    if self.longCount < 10 {
      self.longCount += 1
      self.longSum += sample
      self.longAverage = self.longSum / Double(self.longCount)
    } else {
      let factor = 2 / Double(window + 1)
      self.longAverage = self.longAverage * (1 - factor) + sample * factor
    }
    return self.longAverage
  }

  /// The whole part of the decimal logarithm, at least 1; from 1,000 on the root, as in the original.
  static func logarithm(_ limit: Int) -> Int {
    if limit >= 1_000 { return Int(Double(limit).squareRoot()) }
    return limit >= 100 ? 2 : 1
  }
}
