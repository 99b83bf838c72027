/// What a toggle says to one asker, and why.
public struct ToggleEvaluation: Codable, Sendable, Hashable {
  /// Why, in the words of OpenFeature and of OpenTelemetry's semantic conventions for feature flags.
  public enum Reason: String, Codable, Sendable, Hashable, CaseIterable {
    /// It is the same for everybody.
    case `static`
    /// The asker's tier decided.
    case targetingMatch = "targeting_match"
    /// The asker's key decided.
    case split
    /// It is switched off: by hand, by the mode, or because something that it needs is away.
    case disabled
    /// Nothing that decides was known of the asker.
    case `default`
  }

  /// The toggle's name.
  public let toggle: String
  /// Whether the feature is on.
  public let isEnabled: Bool
  /// Why.
  public let reason: Reason
  /// What switched it off, for operators: `mode readOnly`, `catalog is away`; nil where it is on or a share decided.
  public let cause: String?

  /// Whether it is off only until the mode ends or a dependency is back.
  public let isTemporary: Bool

  /// Describes an answer.
  public init(
    toggle: String, isEnabled: Bool, reason: Reason, cause: String? = nil, isTemporary: Bool = false
  ) {
    self.isTemporary = isTemporary
    self.toggle = toggle
    self.isEnabled = isEnabled
    self.reason = reason
    self.cause = cause
  }

  /// The variant's name: `on` or `off`.
  public var variant: String { self.isEnabled ? "on" : "off" }
}
