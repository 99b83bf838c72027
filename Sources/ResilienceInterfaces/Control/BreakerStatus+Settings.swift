extension BreakerStatus {
  /// The settings by which a breaker judges; a missing threshold is switched off.
  public struct Settings: Codable, Sendable, Hashable {
    /// Opens after that many failures in a row.
    public let consecutiveFailures: Int?
    /// Opens at that share of failures, 0…1.
    public let failureRateThreshold: Double?
    /// Opens at that share of slow calls, 0…1.
    public let slowCallRateThreshold: Double?
    /// A call is slow from here on, in seconds.
    public let slowCallThresholdSeconds: Double?
    /// The window as it is written in configuration: `30s` or `100 calls`.
    public let window: String
    /// Shares are judged from that many calls on.
    public let minimumCalls: Int
    /// How long the breaker stays open, in seconds.
    public let openDurationSeconds: Double
    /// How many probes may be under way in half-open.
    public let permittedProbes: Int
    /// How many probes must succeed before it closes.
    public let successThreshold: Int

    /// Describes a breaker's settings.
    public init(
      consecutiveFailures: Int?, failureRateThreshold: Double?, slowCallRateThreshold: Double?,
      slowCallThresholdSeconds: Double?, window: String, minimumCalls: Int, openDurationSeconds: Double,
      permittedProbes: Int, successThreshold: Int
    ) {
      self.consecutiveFailures = consecutiveFailures
      self.failureRateThreshold = failureRateThreshold
      self.slowCallRateThreshold = slowCallRateThreshold
      self.slowCallThresholdSeconds = slowCallThresholdSeconds
      self.window = window
      self.minimumCalls = minimumCalls
      self.openDurationSeconds = openDurationSeconds
      self.permittedProbes = permittedProbes
      self.successThreshold = successThreshold
    }
  }
}
