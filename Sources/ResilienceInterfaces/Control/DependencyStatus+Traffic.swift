extension DependencyStatus {
  /// A dependency's rates and shares over the last seconds; with no calls all of them are 0.
  public struct Traffic: Codable, Sendable, Hashable {
    /// Over how many seconds the figures are taken.
    public let windowSeconds: Double
    /// Calls per second.
    public let requestsPerSecond: Double
    /// The share of calls that failed for the caller, 0…1.
    public let errorShare: Double
    /// Half of the calls were at most that long, in milliseconds.
    public let p50Milliseconds: Double
    /// 95 of 100 calls were at most that long, in milliseconds.
    public let p95Milliseconds: Double
    /// 99 of 100 calls were at most that long, in milliseconds.
    public let p99Milliseconds: Double
    /// Attempts per call; 1 = nothing was retried.
    public let attemptsPerRequest: Double
    /// The share of calls that were answered by a fallback, 0…1.
    public let fallbackShare: Double
    /// The share of calls that a policy refused, 0…1.
    public let rejectedShare: Double

    /// Describes a dependency's traffic.
    public init(
      windowSeconds: Double, requestsPerSecond: Double, errorShare: Double, p50Milliseconds: Double,
      p95Milliseconds: Double, p99Milliseconds: Double, attemptsPerRequest: Double, fallbackShare: Double,
      rejectedShare: Double
    ) {
      self.windowSeconds = windowSeconds
      self.requestsPerSecond = requestsPerSecond
      self.errorShare = errorShare
      self.p50Milliseconds = p50Milliseconds
      self.p95Milliseconds = p95Milliseconds
      self.p99Milliseconds = p99Milliseconds
      self.attemptsPerRequest = attemptsPerRequest
      self.fallbackShare = fallbackShare
      self.rejectedShare = rejectedShare
    }
  }
}
