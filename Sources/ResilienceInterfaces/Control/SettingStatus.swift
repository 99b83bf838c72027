/// One setting of the running configuration, with everything that a form needs to show and change it.
public struct SettingStatus: Codable, Sendable, Equatable {
  /// The full key path, with names: `dependencies.openai.timeout`.
  public let key: String
  /// The type in words, such as `duration`.
  public let type: String
  /// The unit, where the type has one.
  public let unit: String?
  /// What may stand there, in words.
  public let allowed: String
  /// The values that there are, where they can be listed; empty for all others.
  public let choices: [String]
  /// What it does, in one sentence.
  public let documentation: String
  /// The default as it would be written in a file; nil where there is none.
  public let defaultValue: String?
  /// The value in force, `(redacted)` for a secret; nil where there is none.
  public let value: String?
  /// The layer that the value comes from: `builtIn`, `preset`, `defaults`, `documentVariable`, `file`, `environment`,
  /// `commandLine`, `runTime`.
  public let layer: String
  /// The same in words, with the place: `shop.yaml:12`.
  public let origin: String
  /// Whether the value is shown to nobody.
  public let isSecret: Bool
  /// Why it cannot be changed while the program runs; nil where it can.
  public let fixedBecause: String?
  /// The operator's decision about it, if there is one, in force or not.
  public let decision: SettingDecision?

  /// Describes a setting.
  public init(
    key: String, type: String, unit: String? = nil, allowed: String, choices: [String] = [], documentation: String,
    defaultValue: String? = nil, value: String?, layer: String, origin: String, isSecret: Bool = false,
    fixedBecause: String? = nil, decision: SettingDecision? = nil
  ) {
    self.key = key
    self.type = type
    self.unit = unit
    self.allowed = allowed
    self.choices = choices
    self.documentation = documentation
    self.defaultValue = defaultValue
    self.value = value
    self.layer = layer
    self.origin = origin
    self.isSecret = isSecret
    self.fixedBecause = fixedBecause
    self.decision = decision
  }
}
