internal import ResilienceConfiguration
internal import ResilienceInterfaces

extension SettingDecision {
  /// The decision as the loader takes it.
  var override: SettingOverride { SettingOverride(key: self.key, text: self.text, source: .runTime) }
}
