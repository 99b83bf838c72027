/// What a window holds at a moment: numbers of outcomes.
@frozen
public struct Tally: Sendable, Equatable {
  /// Calls that ended in success or failure.
  public var total: Int
  /// Those that failed.
  public var failures: Int
  /// Those that took at least the slow-call threshold, failed or not.
  public var slow: Int

  /// Makes a tally.
  public init(total: Int = 0, failures: Int = 0, slow: Int = 0) {
    self.total = total
    self.failures = failures
    self.slow = slow
  }

  /// The share of failures, 0…1; 0 when there were no calls.
  public var failureRate: Double { self.total == 0 ? 0 : Double(self.failures) / Double(self.total) }
  /// The share of slow calls, 0…1; 0 when there were no calls.
  public var slowCallRate: Double { self.total == 0 ? 0 : Double(self.slow) / Double(self.total) }
}
