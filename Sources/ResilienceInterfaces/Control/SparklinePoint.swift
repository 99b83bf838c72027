/// What happened to a dependency within one second.
public struct SparklinePoint: Codable, Sendable, Hashable {
  /// Calls.
  public let requests: Int
  /// Calls that failed for the caller.
  public let failures: Int
  /// Calls that a fallback answered.
  public let fallbacks: Int

  /// Describes one second.
  public init(requests: Int = 0, failures: Int = 0, fallbacks: Int = 0) {
    self.requests = requests
    self.failures = failures
    self.fallbacks = fallbacks
  }
}
