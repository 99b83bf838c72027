extension SettingDefinition {
  /// What a running program does not change: sockets, storage, credentials, and the names that others know it by.
  ///
  /// Sections stand for everything below them.
  private static let restartKeys = [
    "service", "errors", "gateway.listen", "gateway.limits", "gateway.tls", "gateway.shutdownGracePeriod", "operations",
    "storage", "sessions", "telemetry", "notices.webhooks", "dependencies.*.listen",
  ]

  /// Whether a change comes into force with a restart only; everything else is reloaded while calls go on.
  public var needsRestart: Bool { Self.needsRestart(self.key) }

  /// The same for the key of a value: `dependencies.openai.listen`.
  static func needsRestart(_ key: String) -> Bool {
    let parts = key.split(separator: ".")
    return self.restartKeys.contains { pattern in
      let wanted = pattern.split(separator: ".")
      return wanted.count <= parts.count && zip(wanted, parts).allSatisfy { $0 == "*" || $0 == $1 }
    }
  }
}
