/// What all instances of a service think at one moment, and what its operators have decided.
public struct SharedOpinions: Sendable, Equatable {
  /// How many instances there are, the one that asks included.
  public var instances: Int
  /// The opinions of all instances.
  public var opinions: [BreakerOpinion]
  /// The operators' decisions, by which every instance is bound.
  public var overrides: [BreakerOverride]

  /// Describes a moment.
  public init(instances: Int, opinions: [BreakerOpinion] = [], overrides: [BreakerOverride] = []) {
    self.instances = instances
    self.opinions = opinions
    self.overrides = overrides
  }
}
