public import ResilienceInterfaces

/// What a check has found.
public struct CheckResult: Sendable, Hashable {
  /// Something that was measured.
  public struct Observation: Sendable, Hashable {
    /// How much.
    public let value: Double
    /// Of what: `ms`, `bytes`, `days`, `percent`.
    public let unit: String

    /// Describes a measurement.
    public init(_ value: Double, _ unit: String) {
      self.value = value
      self.unit = unit
    }
  }

  /// What it found.
  public let state: HealthState
  /// Why, in words for people, without secrets; nil while all is well.
  public let output: String?
  /// What was measured, if anything was.
  public let observation: Observation?

  /// Describes a finding.
  public init(_ state: HealthState, _ output: String? = nil, observed observation: Observation? = nil) {
    self.state = state
    self.output = output
    self.observation = observation
  }

  /// It works.
  public static var healthy: CheckResult { CheckResult(.healthy) }
  /// It works in part: why.
  public static func degraded(_ output: String) -> CheckResult { CheckResult(.degraded, output) }
  /// It does not work: why.
  public static func unhealthy(_ output: String) -> CheckResult { CheckResult(.unhealthy, output) }
}
