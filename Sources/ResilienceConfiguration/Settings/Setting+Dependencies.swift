extension Setting where Root == ServiceConfiguration {
  /// The policies that every dependency starts from.
  static func defaults() -> Setting {
    Setting(
      definition: .section(
        "defaults", "What every dependency starts from: any of the policies' keys.", allowed: "a section of keys",
        since: "0.1.0"),
      children: { PolicyConfiguration.settings.flatMap { $0.definitions() } }, isSwitchable: false,
      read: { node, root, reader in
        // Contradictions are looked for where defaults meet a dependency's own keys.
        let checks = reader.checksSections
        reader.checksSections = false
        reader.read(node, into: &root.defaults)
        reader.checksSections = checks
      })
  }

  /// The dependencies by name.
  static func dependencies() -> Setting {
    Setting(
      definition: SettingDefinition(
        key: "dependencies", shape: .section, typeName: "section", unit: nil,
        allowed: "1 to \(DependencyNames.maximum) sections, each named \(NameRule.allowed)", defaultText: nil,
        documentation: "The dependencies by name, in the order in which they are shown.", isRequired: true,
        since: "0.1.0", availability: .available, documentVariables: []),
      children: { DependencyConfiguration.settings.flatMap { $0.definitions() }.map { $0.prefixed("*") } },
      isSwitchable: false,
      read: { node, root, reader in
        guard DependencyNames.check(node, with: &reader) else { return }
        for entry in node.entries {
          // Without a URL, but with a check of its own: it is not called, only looked at.
          if entry.value["url"] == nil, let health = entry.value["health"], health["url"] ?? health["kind"] != nil {
            var watched = WatchedDependencyConfiguration()
            watched.name = entry.key
            reader.read(WatchedDependencyConfiguration.section(entry.value), into: &watched)
            root.watched.append(watched)
            continue
          }
          var dependency = DependencyConfiguration()
          dependency.name = entry.key
          reader.read(entry.value, into: &dependency)
          root.dependencies.append(dependency)
        }
      },
      show: { root in
        root.dependencies.flatMap { DependencyConfiguration.values($0, below: "dependencies.\($0.name)") }
          + root.watched.flatMap { WatchedDependencyConfiguration.values($0, below: "dependencies.\($0.name)") }
      })
  }
}
