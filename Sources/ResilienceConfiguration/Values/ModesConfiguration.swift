public import ResilienceDegradation

/// The degradation modes: how far the service steps back, when, and what that means.
public struct ModesConfiguration: Sendable, Equatable {
  /// Whether rules are followed; without them only people change the mode.
  public var isEnabled = true
  /// Something works in part or not at all.
  public var partial = ModeSectionConfiguration()
  /// Reading works, nothing is changed.
  public var readOnly = ModeSectionConfiguration()
  /// Nothing is sent to dependencies.
  public var offline = ModeSectionConfiguration()
  /// Only what is most important goes on.
  public var emergency = ModeSectionConfiguration()

  /// All defaults.
  public init() {}

  /// The section of a mode; nil for `normal`, which has none.
  public subscript(mode: DegradationMode) -> ModeSectionConfiguration? {
    switch mode {
    case .normal: nil
    case .partial: self.partial
    case .readOnly: self.readOnly
    case .offline: self.offline
    case .emergency: self.emergency
    }
  }

  /// The settings as the machine has them.
  public var configuration: ModeConfiguration {
    var configuration = ModeConfiguration()
    configuration.isAutomatic = self.isEnabled
    for mode in DegradationMode.allCases {
      if let section = self[mode] { configuration[mode] = section.settings(of: mode) }
    }
    // A mode that goes further must not quietly allow again what one before it forbids.
    var (writes, reads) = (ModeEffects.Writes.pass, ModeEffects.Reads.pass)
    for mode in [DegradationMode.readOnly, .offline, .emergency] where !configuration[mode].rules.isEmpty {
      if self[mode]?.writes == nil, configuration[mode].effects.writes == .pass {
        configuration[mode].effects.writes = writes
      }
      if self[mode]?.reads == nil, configuration[mode].effects.reads == .pass {
        configuration[mode].effects.reads = reads
      }
      writes = configuration[mode].effects.writes
      reads = configuration[mode].effects.reads
    }
    return configuration
  }
}

extension ModesConfiguration: ConfigurationSection {
  static let settings: [Setting<ModesConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether rules are followed; without them only people change the mode.",
      documents: [.init("DEGRADED_MODE_ENABLED")]),
    .section("partial", \.partial, "Something works in part or not at all, and something else stands in for it."),
    .section("readOnly", \.readOnly, "Reading works; what would change something is queued or refused."),
    .section("offline", \.offline, "Nothing is sent to dependencies; what is remembered answers."),
    .section("emergency", \.emergency, "Only what is most important goes on."),
  ]
}
