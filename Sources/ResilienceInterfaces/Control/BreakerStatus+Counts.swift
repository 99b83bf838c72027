extension BreakerStatus {
  /// What a breaker's window holds now.
  public struct Counts: Codable, Sendable, Hashable {
    /// Successes and failures in the window.
    public let total: Int
    /// Failures in the window.
    public let failures: Int
    /// Calls in the window that were slower than the threshold.
    public let slow: Int
    /// Failures in a row, up to now.
    public let consecutiveFailures: Int

    /// Describes a window's counts.
    public init(total: Int, failures: Int, slow: Int, consecutiveFailures: Int) {
      self.total = total
      self.failures = failures
      self.slow = slow
      self.consecutiveFailures = consecutiveFailures
    }
  }
}
