import ResilienceInterfaces

extension ScriptedControlPlane {
  func settings(below key: String?) async -> SettingsStatus? {
    let settings = [
      SettingStatus(
        key: "dependencies.orders.timeout", type: "duration", unit: "ms, s, m, h or d", allowed: "1ms to 24h",
        documentation: "The longest time a whole call may take.", defaultValue: "30s", value: "30s", layer: "builtIn",
        origin: "default")
    ]
    return SettingsStatus(settings: settings.filter { key == nil || $0.key.hasPrefix(key ?? "") })
  }

  func changeSettings(
    _ values: [String: String?], reason: String, actor: String
  ) async throws(ControlFailure) -> SettingsStatus {
    if let failure = self.current.failure { throw failure }
    self.change { $0.changes.append(.init(values: values, reason: reason, actor: actor)) }
    return await self.settings(below: nil) ?? SettingsStatus(settings: [])
  }
}
