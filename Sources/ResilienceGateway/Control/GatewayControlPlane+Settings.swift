internal import Resilience
internal import ResilienceConfiguration
public import ResilienceInterfaces

extension GatewayControlPlane {
  /// The settings in force at a key and below it; nil before they are known.
  public func settings(below key: String?) async -> SettingsStatus? { self.settingsInForce?.status(below: key) }

  /// Changes settings while the program runs: all of them together or none.
  public func changeSettings(
    _ values: [String: String?], reason: String, actor: String
  ) async throws(ControlFailure) -> SettingsStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    guard (1...100).contains(values.count) else {
      throw .invalid(field: "values", found: "\(values.count) settings", allowed: "1 to 100 settings at a time")
    }
    for (key, value) in values where (value?.utf8.count ?? 0) > 65_536 {
      throw .invalid(field: "\(key.prefix(200))", found: "a longer text", allowed: "at most 64KiB")
    }
    guard let reloader = self.state.withLock({ $0.reloader }) else {
      throw .unknownSetting(key: values.keys.min() ?? "", remedy: "This program does not read its configuration again.")
    }
    guard let store = self.store as? any SettingStore else {
      throw .storage(
        ControlStoreFailure(
          kind: .other, location: "storage", detail: "This storage does not keep settings.",
          remedy: "Set storage.url to sqlite:FILE, or change the file."))
    }
    return try await reloader.change(values, reason: reason, actor: actor, in: store)
  }

  /// What operators see of the settings.
  var settingsInForce: SettingsInForce? { self.state.withLock { $0.settings } }

  /// What operators see of the settings from now on.
  func show(_ settings: SettingsInForce) { self.state.withLock { $0.settings = settings } }

  /// Who changes settings from now on.
  func attach(_ reloader: ConfigurationReloader) { self.state.withLock { $0.reloader = reloader } }
}
