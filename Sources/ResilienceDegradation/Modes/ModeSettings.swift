/// When one mode is entered and left, and what it does.
public struct ModeSettings: Sendable, Equatable {
  /// Alternatives that call for it; empty for a mode that only people choose.
  public var rules: [ModeRule]
  /// For how long a rule must have held without a break before the mode is entered; default 2 s.
  public var enterAfter: Duration
  /// For how long no rule must have held before it is left; default 10 s.
  public var leaveAfter: Duration
  /// Whether only a reset leaves it; default false.
  public var isLeftByHandOnly: Bool
  /// What it does.
  public var effects: ModeEffects

  /// Describes a mode.
  public init(
    rules: [ModeRule] = [], enterAfter: Duration = .seconds(2), leaveAfter: Duration = .seconds(10),
    isLeftByHandOnly: Bool = false, effects: ModeEffects = ModeEffects()
  ) {
    self.rules = rules
    self.enterAfter = enterAfter
    self.leaveAfter = leaveAfter
    self.isLeftByHandOnly = isLeftByHandOnly
    self.effects = effects
  }
}
