extension DegradationStatus {
  /// One dependency that is not healthy.
  public struct Entry: Codable, Sendable, Hashable {
    /// Its name.
    public let name: String
    /// How much the service needs it.
    public let criticality: DependencyStatus.Criticality
    /// `degraded` or `unavailable`.
    public let condition: String
    /// Since when it is not healthy, in Unix milliseconds.
    public let since: Int64
    /// Why, for operators.
    public let reason: String
    /// What answers in its place at present, such as `stale-cache`; nil for nothing.
    public let fallback: String?

    /// Describes a dependency; the time is in Unix milliseconds.
    public init(
      name: String, criticality: DependencyStatus.Criticality, condition: String, since: Int64, reason: String,
      fallback: String? = nil
    ) {
      self.name = name
      self.criticality = criticality
      self.condition = condition
      self.since = since
      self.reason = reason
      self.fallback = fallback
    }
  }
}
