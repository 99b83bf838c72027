public import ResilienceDegradation

/// What users are told about one feature; what is nil is a general sentence.
public struct NoticeTextsConfiguration: Sendable, Equatable {
  /// The feature's name for people; nil for its name in the configuration.
  public var feature: String?
  /// While it works with limits.
  public var degraded: String?
  /// While it does not work.
  public var unavailable: String?
  /// When it works again.
  public var recovered: String?

  /// All defaults.
  public init() {}

  /// The texts of a feature.
  public func texts(of name: String) -> NoticeTexts {
    NoticeTexts(
      feature: self.feature ?? name, degraded: self.degraded, unavailable: self.unavailable,
      recovered: self.recovered)
  }
}

extension NoticeTextsConfiguration: ConfigurationSection {
  static let settings: [Setting<NoticeTextsConfiguration>] = [
    .optional("feature", \.feature, .text(), absent: "the name in the file", "The feature's name for people."),
    .optional(
      "degraded", \.degraded, .text(500), absent: "a general sentence",
      "While it works with limits; `{feature}` stands for the name."),
    .optional(
      "unavailable", \.unavailable, .text(500), absent: "a general sentence", "While it does not work."),
    .optional(
      "recovered", \.recovered, .text(500), absent: "a general sentence",
      "When it works again; `{duration}` stands for how long it did not."),
  ]
}
