/// What something that sees a dependency's calls knows of its health.
public struct HealthEvidence: Codable, Sendable, Hashable {
  /// Who says it.
  public enum Source: String, Codable, Sendable, Hashable, CaseIterable {
    /// A circuit breaker.
    case breaker
    /// A bulkhead.
    case bulkhead
    /// A queue of delayed work.
    case queue
    /// A fallback.
    case fallback
    /// Somebody else.
    case other
  }

  /// Who says it.
  public let source: Source
  /// What it says.
  public let state: HealthState
  /// Why, in words for people; nil while all is well.
  public let reason: String?

  /// Describes what is known.
  public init(_ source: Source, _ state: HealthState, reason: String? = nil) {
    self.source = source
    self.state = state
    self.reason = reason
  }
}
