/// How chance spreads the delays of callers that failed together.
///
/// Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (2015), for full, equal and decorrelated.
public enum Jitter: Sendable, Equatable {
  /// The delay as it is: callers come back together.
  case none
  /// Adds up to a share of the delay, 0…1 (0.1 is document 000's 0–10 %).
  case proportional(Double)
  /// Anything between nothing and the delay; the default.
  case full
  /// Half the delay, and anything up to the other half.
  case equal
  /// Anything between the initial delay and three times the previous one, at most the longest.
  case decorrelated

  /// Applies the jitter; pure.
  ///
  /// - Parameters:
  ///   - backoff: The law of growth.
  ///   - attempt: The attempt that has failed, from 1.
  ///   - previous: The previous delay in nanoseconds; 0 if there was none.
  ///   - chance: 64 random bits.
  ///   - category: How the attempt has failed.
  func delay(
    _ backoff: Backoff, afterAttempt attempt: Int, previous: Int64, chance: UInt64,
    category: FailureCategory = .unknown
  ) -> Int64 {
    let (backoff, attempt) = backoff.law(afterAttempt: attempt, category: category)
    let ceiling = backoff.ceiling(afterAttempt: attempt, category: category)
    switch self {
    case .none: return ceiling
    case .proportional(let share):
      return ceiling + Self.upTo(Int64(Double(ceiling) * min(1, max(0, share))), chance)
    case .full: return Self.upTo(ceiling, chance)
    case .equal: return ceiling - ceiling / 2 + Self.upTo(ceiling / 2, chance)
    case .decorrelated:
      // A custom law has no initial delay: its own stands in, or every delay would be nothing.
      let low = backoff.initial > 0 ? min(backoff.initial, backoff.longest) : ceiling
      let last = max(previous, low)
      // Drawn first and cut off then, as published: near the longest delay most draws are the longest delay. Spread
      // evenly up to it instead, crowds of 150 and more come back too early (Documentation/Proof.md).
      let high = last > .max / 3 ? .max : last * 3
      return min(max(low, backoff.longest), low + Self.upTo(max(0, high - low), chance))
    }
  }

  /// Uniform in 0…limit.
  private static func upTo(_ limit: Int64, _ chance: UInt64) -> Int64 {
    Int64(chance.multipliedFullWidth(by: UInt64(max(0, limit)) + 1).high)
  }
}
