public import Resilience
public import ResilienceInterfaces

/// The belief about one component has changed; healing workflows and degradation start here.
public struct HealthChange: Sendable, Hashable {
  /// The component.
  public let name: String
  /// What was believed.
  public let from: HealthState
  /// What is believed now.
  public let to: HealthState
  /// Why, in words for people; nil when healthy.
  public let output: String?
  /// When, on the runtime's clock.
  public let at: Instant

  /// Describes a change.
  public init(name: String, from: HealthState, to: HealthState, output: String?, at: Instant) {
    self.name = name
    self.from = from
    self.to = to
    self.output = output
    self.at = at
  }
}
