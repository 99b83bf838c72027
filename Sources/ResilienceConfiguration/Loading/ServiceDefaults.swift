/// Variables for the service as a whole, OpenTelemetry's own (`OTEL_…`) and the documents', laid below the file: they
/// hold where the file says nothing.
enum ServiceDefaults {
  /// The sections that have such variables; not those of a list's elements.
  private static let definitions: [SettingDefinition] =
    ([
      ("telemetry", TelemetryConfiguration.settings.flatMap { $0.definitions() }),
      ("health", HealthConfiguration.settings.flatMap { $0.definitions() }),
      ("modes", ModesConfiguration.settings.flatMap { $0.definitions() }),
      ("healing", HealingConfiguration.settings.flatMap { $0.definitions() }),
      ("toggles", TogglesConfiguration.settings.flatMap { $0.definitions() }),
    ] as [(String, [SettingDefinition])]).flatMap { section, definitions in
      definitions.filter { !$0.key.contains("[]") }.map { $0.prefixed(section) }
    }

  /// The file with what the variables say where it has nothing of its own.
  static func laid(below file: SourceNode, environment: [String: String]) -> SourceNode {
    guard file.isMapping || file.isNull else { return file }
    var tree = file
    for definition in self.definitions where !definition.documentVariables.isEmpty {
      let keys = definition.key.split(separator: ".").map(String.init)
      let set = definition.documentVariables.first { !(environment[$0.name] ?? "").isEmpty }
      guard let set, let text = environment[set.name].flatMap(set.settingText), Self.isFree(keys, in: tree) else {
        continue
      }
      let path = keys.joined(separator: ".")
      tree.insert(
        SourceNode(content: .scalar(text, isPlain: true), origin: .variable(set.name), path: path), at: keys[...])
    }
    return tree
  }

  /// Whether nothing stands at a place, and nothing that is no section on the way there.
  private static func isFree(_ keys: [String], in tree: SourceNode) -> Bool {
    for count in 1..<keys.count {
      if let node = tree.descendant(Array(keys.prefix(count))), !node.isMapping, !node.isNull { return false }
    }
    return tree.descendant(keys) == nil
  }
}
