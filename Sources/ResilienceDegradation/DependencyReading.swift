public import ResilienceInterfaces

/// One dependency as somebody who looks at it sees it now.
public struct DependencyReading: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// How much the service needs it.
  public let criticality: DependencyStatus.Criticality
  /// How far it can be relied on.
  public let condition: DependencyCondition
  /// Whether it was unavailable and nothing has proved yet that it works again: its breaker probes, or would if
  /// somebody called.
  public let isRecovering: Bool
  /// Why, in words for operators; empty while it is healthy.
  public let reason: String
  /// What answers in its place at present, such as `stale-cache`; nil for nothing.
  public let fallback: String?

  /// Describes a dependency.
  public init(
    name: String, criticality: DependencyStatus.Criticality = .important, condition: DependencyCondition,
    isRecovering: Bool = false, reason: String = "", fallback: String? = nil
  ) {
    self.name = name
    self.criticality = criticality
    self.condition = condition
    self.isRecovering = isRecovering
    self.reason = reason
    self.fallback = fallback
  }

  /// Whether nobody should rely on it: unavailable, or not yet proved to be back.
  ///
  /// A breaker that probes and fails goes from open to half-open and back, every few seconds: for modes and toggles
  /// that is one outage and not many.
  public var isDown: Bool { self.condition == .unavailable || self.isRecovering }
}
