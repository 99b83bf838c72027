/// What does not change of a warm-up: how far apart permits are, by how warm it is.
///
/// A pause stores permits, up to `stored`. Those above `threshold` are given out slowly, the first at `coldFactor`
/// times the usual space, the last at the usual. The areas are chosen so that going from cold to warm under load takes
/// `length`; going from warm to cold takes as long. Source: the law of Guava's warming-up rate limiter. Lengths of time
/// are whole nanoseconds.
struct WarmUpLaw: Sendable, Equatable {
  /// The usual space between permits.
  let interval: Int64
  /// The pause that makes it quite cold, from quite warm.
  let length: Int64
  /// The pause that makes up for one permit.
  let cooling: Int64
  /// The space after the first permit from cold.
  let coldSpace: Int64
  /// The warmth from which on the space is the usual one.
  let margin: Int64
  let threshold: Double
  let stored: Double
  let slope: Double

  init(interval: Int64, warmUp: Int64, coldFactor: Double) {
    self.interval = max(1, interval)
    self.length = max(1, warmUp)
    let (space, length) = (Double(self.interval), Double(self.length))
    let cold = space * max(1.001, coldFactor)
    self.threshold = 0.5 * length / space
    self.stored = self.threshold + 2 * length / (space + cold)
    self.slope = (cold - space) / (self.stored - self.threshold)
    self.cooling = max(1, Int64((length / self.stored).rounded()))
    self.margin = Int64((length * (1 - self.threshold / self.stored)).rounded(.up))
    self.coldSpace = max(1, Self.time(of: 1, above: self.stored - self.threshold, space, self.slope))
  }

  /// The law as it stands in a limiter's words.
  @inline(__always)
  init(
    interval: Int64, length: Int64, cooling: Int64, coldSpace: Int64, margin: Int64, threshold: Double, stored: Double,
    slope: Double
  ) {
    self.interval = interval
    self.length = length
    self.cooling = cooling
    self.coldSpace = coldSpace
    self.margin = margin
    self.threshold = threshold
    self.stored = stored
    self.slope = slope
  }

  /// The stored permits that are left at a warmth.
  func coldness(_ warmth: Int64) -> Double { self.stored * Double(self.length - warmth) / Double(self.length) }

  /// The time that permits cost from a warmth on.
  func time(of permits: Double, from warmth: Int64) -> Int64 {
    Self.time(
      of: permits, above: max(0, self.coldness(warmth) - self.threshold), Double(self.interval), self.slope)
  }

  /// How warm it is after so many permits.
  func warmth(_ warmth: Int64, after permits: Double) -> Int64 {
    min(self.length, warmth + Int64(min(permits * Double(self.cooling), 9e17)))
  }

  /// The area under the line of spaces, from so many permits above the threshold down.
  private static func time(of permits: Double, above: Double, _ interval: Double, _ slope: Double) -> Int64 {
    let slow = min(above, permits)
    let slowTime = slow * (2 * interval + (2 * above - slow) * slope) / 2
    let time = slowTime + (permits - slow) * interval
    return Int64(min(time.rounded(.up), 9e17))
  }
}
