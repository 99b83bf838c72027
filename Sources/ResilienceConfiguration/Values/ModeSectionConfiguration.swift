public import ResilienceDegradation
internal import ResilienceInterfaces

/// When one degradation mode is entered and left, and what it does; what is nil is as usual for the mode.
public struct ModeSectionConfiguration: Sendable, Equatable {
  /// Kinds of fallbacks that can be preferred.
  public enum FallbackKind: String, Sendable, CaseIterable {
    /// The last good response.
    case staleCache
    /// A fixed response.
    case template
    /// Keeping the request, and delivering it later.
    case queue
    /// Recording for a person's decision.
    case review
  }

  /// Whether rules lead to it; without them only people choose it.
  public var isAutomatic = true
  /// Alternatives that call for it; empty for what is usual for the mode.
  public var when: [ModeRuleConfiguration] = []
  /// For how long a rule must hold before it is entered.
  public var enterAfter = Duration.seconds(2)
  /// For how long no rule must hold before it is left.
  public var leaveAfter = Duration.seconds(10)
  /// Whether only a reset leaves it.
  public var isLeftByHandOnly = false
  /// What becomes of requests that would change something.
  public var writes: ModeEffects.Writes?
  /// What becomes of requests that only read.
  public var reads: ModeEffects.Reads?
  /// The tiers whose requests are admitted; empty for all.
  public var tiers: [String] = []
  /// The criticalities of the dependencies that are still called; empty for all.
  public var criticalities: [PolicyConfiguration.Criticality] = []
  /// Fallbacks that are tried before the others.
  public var fallbacks: [FallbackKind] = []
  /// Toggles that are off.
  public var togglesOff: [String] = []
  /// What users are told while it is in force; nil for nothing, or what is usual for the mode.
  public var notice: String?

  /// All defaults.
  public init() {}

  /// The settings of a mode.
  public func settings(of mode: DegradationMode) -> ModeSettings {
    var settings = ModeConfiguration()[mode]
    if !self.when.isEmpty { settings.rules = self.when.map(\.rule) }
    if !self.isAutomatic { settings.rules = [] }
    settings.enterAfter = self.enterAfter
    settings.leaveAfter = self.leaveAfter
    settings.isLeftByHandOnly = self.isLeftByHandOnly
    settings.effects.writes = self.writes ?? settings.effects.writes
    settings.effects.reads = self.reads ?? settings.effects.reads
    settings.effects.tiers = self.tiers
    settings.effects.criticalities = self.criticalities.compactMap { .init(rawValue: $0.rawValue) }
    settings.effects.fallbacks = self.fallbacks.map(\.rawValue)
    settings.effects.togglesOff = self.togglesOff
    return settings
  }
}

extension ModeSectionConfiguration: ConfigurationSection {
  static let settings: [Setting<ModeSectionConfiguration>] = [
    .value("automatic", \.isAutomatic, .flag, "Whether rules lead to it; without them only people choose it."),
    .sections(
      "when", \.when, of: ModeRuleConfiguration.self,
      "Alternatives that call for it; without any, partial asks for one degraded dependency, emergency for one "
        + "critical that is unavailable, the others for nothing."
    ) { rule, _, _ in rule },
    .value(
      "enterAfter", \.enterAfter, .duration(.zero...(.seconds(86_400))),
      "For how long a rule must hold without a break before the mode is entered."),
    .value(
      "leaveAfter", \.leaveAfter, .duration(.zero...(.seconds(86_400))),
      "For how long no rule must hold before the mode is left."),
    .value("leftByHandOnly", \.isLeftByHandOnly, .flag, "Whether only a reset by a person leaves the mode."),
    .optional(
      "writes", \.writes, .choice(),
      absent: "queue in readOnly and offline; in emergency as in those with rules; else pass",
      "What becomes of requests that would change something; `queue` refuses with 503 where nothing can queue them."
    ),
    .optional(
      "reads", \.reads, .choice(), absent: "fallback in offline; in emergency as in those with rules; else pass",
      "What becomes of requests that only read; with `fallback` they are not sent, and fallbacks answer."),
    .value(
      "tiers", \.tiers, .list(of: .name, "list of names"), "Tiers whose requests are admitted; empty for all."),
    .value(
      "criticalities", \.criticalities, .list(of: .choice(), "list of criticalities"),
      "Criticalities of dependencies that are still called; empty for all."),
    .value(
      "fallbacks", \.fallbacks, .list(of: .choice(), "list of fallbacks"),
      "Kinds of fallbacks that are tried before the others."),
    .value("togglesOff", \.togglesOff, .list(of: .name, "list of names"), "Toggles that are off in it."),
    .optional(
      "notice", \.notice, .text(500), absent: "none in partial, a general sentence in the others",
      "What users are told while the mode is in force."),
  ]
}
