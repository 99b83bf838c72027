internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// What operators are shown of the settings: taken as a whole, so that reading stops nobody.
struct SettingsInForce: Sendable {
  /// What was read.
  let loaded: LoadedConfiguration
  /// What operators have decided.
  let decisions: [SettingDecision]
  /// Why decisions are not in force.
  let problems: [String]

  /// The settings at a key and below it.
  func status(below key: String?) -> SettingsStatus {
    SettingsStatus(
      settings: self.loaded.settings(below: key).map(self.status), decisions: self.decisions, problems: self.problems)
  }

  private func status(_ setting: SettingInForce) -> SettingStatus {
    let definition = setting.definition
    return SettingStatus(
      key: setting.key, type: definition.typeName, unit: definition.unit, allowed: definition.allowed,
      choices: definition.choices, documentation: definition.documentation, defaultValue: definition.defaultText,
      value: setting.text, layer: setting.origin.layer.rawValue, origin: setting.origin.description,
      isSecret: definition.isSecret, fixedBecause: setting.fixedBecause,
      decision: self.decisions.first { $0.key == setting.key })
  }
}
