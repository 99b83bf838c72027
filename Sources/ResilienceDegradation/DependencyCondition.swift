/// How far a dependency can be relied on.
public enum DependencyCondition: String, Sendable, Hashable, CaseIterable, Codable {
  /// It works.
  case healthy
  /// It works in part: probes are under way, or fallbacks answer.
  case degraded
  /// It does not work: its breaker is open or an operator has isolated it.
  case unavailable
}
