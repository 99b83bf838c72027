extension StopRule {
  /// How late after the first attempt the next one may no longer begin, and what ends the retries then.
  struct Bound: Sendable, Equatable {
    /// Nanoseconds after the first attempt; 0: in any case, `.max`: never.
    var latest: Int64
    /// Why.
    var end: Event.RetryEnd

    static let none = Bound(latest: .max, end: .attemptsSpent)
  }
}
