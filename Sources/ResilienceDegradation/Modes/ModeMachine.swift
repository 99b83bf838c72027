internal import Resilience
public import ResilienceInterfaces

/// Which mode is in force: what rules call for, with hysteresis, or what a person has decided.
///
/// Every mode but normal has a ``Latch`` whose condition is that a rule of this mode or of one that goes further is
/// satisfied.
/// The mode in force is the furthest whose latch is on. So an outage that flickers faster than `leaveAfter` changes the
/// mode once in each direction, and a mode that was entered lasts at least its `leaveAfter`. A value: told readings and
/// times in Unix milliseconds. Cost: the number of dependencies times the number of rules.
public struct ModeMachine: Sendable {
  /// A change of the mode.
  public struct Change: Sendable, Equatable {
    /// The mode before.
    public let from: DegradationMode
    /// The mode now.
    public let to: DegradationMode
    /// Why, for operators.
    public let reason: String
  }

  /// The settings.
  public var configuration: ModeConfiguration
  /// The mode in force.
  public private(set) var mode = DegradationMode.normal
  /// Since when, in Unix milliseconds.
  public private(set) var since: Int64
  /// Why, for operators.
  public private(set) var reason = "Every dependency works."
  /// What a person has decided; nil for nothing.
  public private(set) var decision: ModeDecision?
  private var latches: [DegradationMode: Latch] = [:]
  private var rules: [DegradationMode: String] = [:]

  /// Makes a machine in the mode `normal`.
  public init(_ configuration: ModeConfiguration = ModeConfiguration(), at now: Int64) {
    self.configuration = configuration
    self.since = now
  }

  /// What the rules have led to; in force where no person has decided.
  public var automatic: DegradationMode {
    self.latches.filter(\.value.isOn).keys.max() ?? .normal
  }

  /// What the mode in force does.
  public var effects: ModeEffects { self.configuration[self.mode].effects }

  /// Takes a look at the dependencies; says what has changed.
  public mutating func update(_ readings: [DependencyReading], score: Int? = nil, at now: Int64) -> Change? {
    let wanted = self.configuration.wanted(readings, score: score)
    for mode in DegradationMode.allCases where mode != .normal {
      let settings = self.configuration[mode]
      var latch = self.latches[mode] ?? Latch()
      let holds = mode <= wanted?.mode ?? .normal
      // What only a person ends is not even waiting to end.
      if holds || !latch.isOn || !settings.isLeftByHandOnly || !self.configuration.isAutomatic {
        _ = latch.update(
          holds, enterAfter: settings.enterAfter.milliseconds,
          leaveAfter: settings.leaveAfter.milliseconds, at: now)
      }
      self.latches[mode] = latch
    }
    if let wanted { self.rules[wanted.mode] = wanted.rule.summary }
    return self.settle(at: now)
  }

  /// A person decides.
  public mutating func decide(_ decision: ModeDecision, at now: Int64) -> Change? {
    self.decision = decision
    return self.settle(at: now)
  }

  /// Takes a person's decision back.
  public mutating func withdraw(at now: Int64) -> Change? {
    self.decision = nil
    return self.settle(at: now)
  }

  /// Goes back to normal: takes decisions back, and lets every rule wait from the beginning.
  public mutating func reset(at now: Int64) -> Change? {
    self.decision = nil
    self.latches = [:]
    return self.settle(at: now)
  }

  private mutating func settle(at now: Int64) -> Change? {
    if let decision, decision.isExpired(at: now) { self.decision = nil }
    let decided = self.decision.flatMap { DegradationMode(rawValue: $0.mode) }
    let next = decided ?? self.automatic
    self.reason = self.reason(for: next)
    guard next != self.mode else { return nil }
    let change = Change(from: self.mode, to: next, reason: self.reason)
    self.mode = next
    self.since = now
    return change
  }

  private func reason(for mode: DegradationMode) -> String {
    if let decision { return "\(decision.actor) has chosen the mode: \(decision.reason)" }
    if mode == .normal { return "Every dependency works." }
    let rule = self.rules[mode] ?? self.rules.filter { $0.key > mode }.min { $0.key < $1.key }?.value
    return rule ?? "A rule called for it."
  }
}
