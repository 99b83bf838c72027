public import Resilience

/// What the policies of several dependencies have in common: shared compartments, the classes of users, and the way to
/// permits that all instances share.
public struct SharedPolicies: Sendable {
  /// The bulkheads that dependencies share, by name.
  public let compartments: [String: Bulkhead]
  /// The classes of users, with shares of every bulkhead.
  public let tiers: [TierConfiguration]
  /// Makes permits that all instances of the service share.
  public typealias Permits =
    @Sendable (_ name: String, _ settings: RateLimitConfiguration, _ observer: any Observer) -> (any SharedPermits)?
  /// Who makes shared permits; nil where there is nothing to share them by.
  let permits: Permits?
  private let effects: [@Sendable () -> Void]

  /// Nothing in common.
  public init() {
    self.compartments = [:]
    self.tiers = []
    self.permits = nil
    self.effects = []
  }

  /// Makes what a configuration describes.
  ///
  /// - Parameters:
  ///   - configuration: The whole file.
  ///   - observer: Hears what the compartments decide.
  ///   - former: What there was under the former settings; compartments of the same name go on with who is inside.
  ///   - permits: Who makes permits that all instances share; nil where there is nothing to share them by.
  public init(
    _ configuration: ServiceConfiguration, observer: any Observer, keeping former: SharedPolicies? = nil,
    permits: Permits? = nil
  ) {
    var compartments: [String: Bulkhead] = [:]
    var effects: [@Sendable () -> Void] = []
    let tiers = configuration.tiers.classes
    for shared in configuration.bulkheads {
      let settings = Bulkhead.Configuration(shared.bulkhead, tiers: tiers)
      if let kept = former?.compartments[shared.name] {
        compartments[shared.name] = kept
        if kept.configuration != settings { effects.append { kept.replace(settings) } }
      } else {
        compartments[shared.name] = Bulkhead(shared.name, settings, observer: observer)
      }
    }
    self.compartments = compartments
    self.tiers = tiers
    self.permits = permits
    self.effects = effects
  }

  /// Gives compartments that go on their new settings; call it once, when the configuration is put in force.
  public func takeEffect() { for effect in self.effects { effect() } }
}
