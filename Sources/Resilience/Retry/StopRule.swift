/// When there is no further attempt: rules that combine with `||` and `&&`.
///
/// ```swift
/// let stop: StopRule = .attempts(5) || .duration(.seconds(30)) || .on(.authentication)
/// let retry = Retry(.init(stop: stop, backoff: .constant(.seconds(1))))
/// ```
/// A value without state: asked after a failed attempt, it answers. It only ever ends retries earlier; what does not
/// deserve another attempt anyway (`isRetryable`, cancellation, the deadline, a spent budget) stays as it is.
public struct StopRule: Sendable {
  indirect enum Form: Sendable {
    case attempts(Int)
    case duration(Int64)
    case error(@Sendable (any Error) -> Bool)
    case category(Set<FailureCategory>)
    case any(StopRule, StopRule)
    case all(StopRule, StopRule)
  }

  let form: Form

  init(_ form: Form) { self.form = form }

  /// Stops when so many attempts have failed, the first included: 1…1,000, otherwise the nearest.
  public static func attempts(_ count: Int) -> StopRule { StopRule(.attempts(min(1_000, max(1, count)))) }

  /// Stops when the next attempt would begin so long after the first one or later.
  ///
  /// Not more than 0 allows one attempt.
  public static func duration(_ length: Duration) -> StopRule { StopRule(.duration(max(0, length.nanoseconds))) }

  /// Stops after an error of which the predicate says so.
  public static func when(_ predicate: @escaping @Sendable (any Error) -> Bool) -> StopRule {
    StopRule(.error(predicate))
  }

  /// Stops after a failure of one of these kinds.
  public static func on(_ categories: FailureCategory...) -> StopRule { StopRule(.category(Set(categories))) }

  /// Stops as soon as either rule says so.
  public static func || (left: StopRule, right: StopRule) -> StopRule { StopRule(.any(left, right)) }

  /// Stops when both rules say so.
  public static func && (left: StopRule, right: StopRule) -> StopRule { StopRule(.all(left, right)) }

  /// Whether the time of the first attempt matters.
  var measuresTime: Bool {
    switch self.form {
    case .attempts, .error, .category: false
    case .duration: true
    case .any(let left, let right), .all(let left, let right): left.measuresTime || right.measuresTime
    }
  }

  /// What the rule leaves after a failure: no attempt may begin as late as that after the first one.
  ///
  /// Once the failure is known, every rule is a bound on the next attempt's beginning: 0 if it stops in any case, the
  /// largest number if it does not stop; "either" is the smaller of two bounds, "both" the larger.
  func bound(afterAttempt attempt: Int, _ error: any Error, _ category: FailureCategory) -> Bound {
    switch self.form {
    case .attempts(let count): attempt >= count ? Bound(latest: 0, end: .attemptsSpent) : .none
    case .duration(let length): Bound(latest: length, end: .deadline)
    case .error(let predicate): predicate(error) ? Bound(latest: 0, end: .notRetryable) : .none
    case .category(let categories): categories.contains(category) ? Bound(latest: 0, end: .notRetryable) : .none
    case .any(let left, let right): Self.choose(left, right, attempt, error, category) { $0 < $1 }
    case .all(let left, let right): Self.choose(left, right, attempt, error, category) { $0 > $1 }
    }
  }

  /// Of two bounds one, the left one where they are alike.
  private static func choose(
    _ left: StopRule, _ right: StopRule, _ attempt: Int, _ error: any Error, _ category: FailureCategory,
    _ precedes: (Int64, Int64) -> Bool
  ) -> Bound {
    let left = left.bound(afterAttempt: attempt, error, category)
    let right = right.bound(afterAttempt: attempt, error, category)
    return precedes(right.latest, left.latest) ? right : left
  }
}
