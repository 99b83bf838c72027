internal import ResilienceInterfaces

/// The settings of all modes.
public struct ModeConfiguration: Sendable, Equatable {
  /// Whether rules are followed; without it only people change the mode.
  public var isAutomatic = true
  /// The settings by mode; `normal` has none.
  public var modes: [DegradationMode: ModeSettings]

  /// The defaults: partial while anything does not work as it should, emergency while something critical is away,
  /// neither with an effect of its own; read-only and offline are chosen by people until rules are given.
  public init() {
    self.modes = [
      .partial: ModeSettings(rules: [ModeRule(count: 1, condition: .degraded)]),
      .readOnly: ModeSettings(effects: ModeEffects(writes: .queue)),
      .offline: ModeSettings(effects: ModeEffects(writes: .queue, reads: .fallback)),
      .emergency: ModeSettings(rules: [ModeRule(count: 1, of: .critical)]),
    ]
  }

  /// The settings of one mode; those of `normal` have no rule and no effect.
  public subscript(mode: DegradationMode) -> ModeSettings {
    get { mode == .normal ? ModeSettings() : self.modes[mode] ?? ModeSettings() }
    set { self.modes[mode] = newValue }
  }

  /// The furthest mode that a rule calls for, with that rule; nil where none does.
  func wanted(_ readings: [DependencyReading], score: Int?) -> (mode: DegradationMode, rule: ModeRule)? {
    guard self.isAutomatic else { return nil }
    for mode in DegradationMode.allCases.reversed() {
      if let rule = self[mode].rules.first(where: { $0.isSatisfied(by: readings, score: score) }) {
        return (mode, rule)
      }
    }
    return nil
  }
}
