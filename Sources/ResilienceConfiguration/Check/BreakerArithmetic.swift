/// How many outcomes a breaker can get to see.
enum BreakerArithmetic {
  /// Permits of the rate limiter in any stretch of a length; nil where there is no such limit.
  static func mostPermits(_ dependency: DependencyConfiguration, within length: Duration) -> Int? {
    let limit = dependency.rateLimit
    guard limit.isEnabled else { return nil }
    let refilled = length / limit.per * Double(limit.permits)
    switch limit.kind {
    case .tokenBucket: return Int(refilled.rounded(.down)) + (limit.warmUp == nil ? limit.burst ?? limit.permits : 1)
    case .gcra: return Int(refilled.rounded(.down)) + (limit.burst ?? 1)
    case .slidingWindow: return Int((length / limit.per).rounded(.up)) * limit.permits
    }
  }

  /// Calls that hang until their time-out and end in one stretch of a length: places, used again and again.
  static func mostHanging(_ dependency: DependencyConfiguration, within length: Duration) -> Int {
    let rounds = (length / CallEstimate(dependency).attemptLimit).rounded(.up)
    let byPlaces = rounds * Double(dependency.bulkhead.maxConcurrent)
    let most = Self.mostPermits(dependency, within: length).map { min(Double($0), byPlaces) } ?? byPlaces
    return Int(min(most, 1e15))
  }
}
