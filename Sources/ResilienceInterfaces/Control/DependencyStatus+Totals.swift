extension DependencyStatus {
  /// What was counted for a dependency since the program started.
  public struct Totals: Codable, Sendable, Hashable {
    /// Calls.
    public let requests: UInt64
    /// Calls that failed for the caller.
    public let failures: UInt64
    /// Calls that a fallback answered.
    public let fallbacks: UInt64
    /// Calls that a policy refused.
    public let rejections: UInt64
    /// Attempts of all calls.
    public let attempts: UInt64

    /// Describes a dependency's totals.
    public init(
      requests: UInt64 = 0, failures: UInt64 = 0, fallbacks: UInt64 = 0, rejections: UInt64 = 0, attempts: UInt64 = 0
    ) {
      self.requests = requests
      self.failures = failures
      self.fallbacks = fallbacks
      self.rejections = rejections
      self.attempts = attempts
    }
  }
}
