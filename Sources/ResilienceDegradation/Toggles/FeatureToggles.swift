public import Resilience
public import ResilienceInterfaces

/// Feature toggles of a service: asked on a request's way, changed at run time, switched off by what they need.
///
/// ```swift
/// let toggles = FeatureToggles([FeatureToggle("recommendations", percentage: 25, dependencies: ["recommendations"])])
/// toggles.update(manager.view)                     // once a second, or whenever the manager says that something
/// changed if toggles.isEnabled("recommendations", for: user.id, tier: user.tier) { … }
/// ```
/// An unknown name is off. Cost: one lock, and a hash of the key where a share decides.
public final class FeatureToggles: Sendable {
  private let machine: Lock<ToggleMachine>
  private let onEvaluation: (@Sendable (ToggleEvaluation) -> Void)?

  /// Makes toggles.
  ///
  /// - Parameters:
  ///   - toggles: The definitions.
  ///   - isActive: Whether they are looked at; without it each says what its definition says.
  ///   - onEvaluation: Hears of every answer, on the asker's way: must be quick.
  public init(
    _ toggles: [FeatureToggle] = [], isActive: Bool = true,
    onEvaluation: (@Sendable (ToggleEvaluation) -> Void)? = nil
  ) {
    self.machine = Lock(ToggleMachine(toggles, isActive: isActive))
    self.onEvaluation = onEvaluation
  }

  /// Whether a feature is on for an asker; false for a name that is not known.
  ///
  /// - Parameters:
  ///   - name: The toggle's name.
  ///   - key: Who asks: any text that stays the same for the same user; needed where a share decides.
  ///   - tier: The asker's tier.
  ///   - runtime: Where the time comes from.
  public func isEnabled(
    _ name: String, for key: String? = nil, tier: String? = nil, on runtime: Runtime = .live
  ) -> Bool {
    self.evaluate(name, for: key, tier: tier, on: runtime)?.isEnabled ?? false
  }

  /// What a toggle says, and why; nil for a name that is not known.
  public func evaluate(
    _ name: String, for key: String? = nil, tier: String? = nil, on runtime: Runtime = .live
  ) -> ToggleEvaluation? {
    let now = runtime.coarseNow() / 1_000_000
    let evaluation = self.machine.withLock { $0.evaluate(name, key: key, tier: tier, at: now) }
    if let evaluation { self.onEvaluation?(evaluation) }
    return evaluation
  }

  /// Replaces the definitions; people's decisions are kept.
  ///
  /// Says which toggles were switched by it.
  @discardableResult
  public func replace(_ toggles: [FeatureToggle], isActive: Bool = true) -> [ToggleMachine.Change] {
    self.machine.withLock { $0.replace(toggles, isActive: isActive) }
  }

  /// Takes what mode and dependencies are now; says which toggles were switched by it.
  @discardableResult
  public func update(_ view: DegradationView) -> [ToggleMachine.Change] {
    self.machine.withLock { $0.update(view) }
  }

  /// A person decides, or takes a decision back; nil for a name that is not known.
  @discardableResult
  public func decide(_ override: ToggleOverride?, of name: String) -> [ToggleMachine.Change]? {
    self.machine.withLock { $0.decide(override, of: name) }
  }

  /// Forgets decisions that have run out at an instant (Unix milliseconds); says which, and what they switched.
  public func expire(at now: Int64) -> (ended: [ToggleOverride], changes: [ToggleMachine.Change]) {
    self.machine.withLock { machine in
      let ended = machine.expire(at: now)
      return (ended, ended.isEmpty ? [] : machine.settle())
    }
  }

  /// Every toggle as it is now, sorted by name.
  public var all: [ToggleStatus] {
    self.machine.withLock { machine in machine.names.compactMap { machine.status($0) } }
  }

  /// One toggle as it is now; nil where none has that name.
  public func status(_ name: String) -> ToggleStatus? { self.machine.withLock { $0.status(name) } }
}
