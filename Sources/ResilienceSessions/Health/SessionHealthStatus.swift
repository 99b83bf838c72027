public import ResilienceInterfaces

/// How the session service is: what `SessionManager.healthStatus()` and `GET /api/sessions/health` tell.
public struct SessionHealthStatus: Codable, Sendable, Hashable {
  /// How one operation goes.
  public struct Operation: Codable, Sendable, Hashable {
    /// How often it was done since the start.
    public let total: Int
    /// How often the store failed in it since the start.
    public let failed: Int
    /// The share of the last 100 that succeeded, 0…1.
    public let successRate: Double
    /// Whether that is at least the healthy share.
    public let isHealthy: Bool
  }

  /// What went wrong last.
  public struct Failure: Codable, Sendable, Hashable {
    /// In which operation.
    public let operation: SessionOperation
    /// What happened.
    public let reason: String
    /// When, in milliseconds since 1970.
    public let time: Int64
  }

  /// Which store serves.
  public enum Serving: String, Codable, Sendable, Hashable, CaseIterable {
    /// The primary one.
    case primary
    /// The fallback: what is written waits for the primary's return.
    case fallback
    /// The primary is back, and what was written meanwhile is carried over.
    case reconciling
  }

  /// Healthy, degraded (the fallback serves, or operations fail too often), or unhealthy.
  public let state: HealthState
  /// Which store serves.
  public let serving: Serving
  /// Each operation that was done at least once, by name.
  public let operations: [String: Operation]
  /// The mean of the last 100 response times in milliseconds; nil before the first.
  public let averageResponseMilliseconds: Double?
  /// How many operations took 5 s (`slowOperation`) or longer since the start.
  public let slowOperations: Int
  /// What went wrong last.
  public let lastError: Failure?
  /// How many sessions were written to the fallback and wait to be carried over.
  public let waitingForPrimary: Int
  /// How many sessions were changed on both sides during an outage and wait for somebody to choose.
  public let conflicts: Int
}
