extension ConfigurationLoader {
  /// Reads settings that somebody else has by key, without a file.
  ///
  /// - Parameters:
  ///   - settings: The settings, each with its source; the last of several wins.
  ///   - unreadable: Keys whose values are none that a setting can have, and who has them.
  ///   - dependencies: The dependencies' names.
  ///   - source: Who is asked for what is missing, as problems name it.
  ///   - environment: Where the documents' variables are read from, as defaults.
  package static func load(
    settings: [SettingOverride], unreadable: [(key: String, provider: String)], dependencies: [String],
    from source: String, environment: [String: String]
  ) throws(InvalidConfigurationFile) -> LoadedConfiguration {
    var reader = ConfigurationReader(file: source, environment: environment)
    for (key, provider) in unreadable {
      reader.report(
        .wrongType, at: .provider(provider), key, "this is no text, number, boolean or list of those",
        found: "another type", allowed: SettingDefinition.of(key: key)?.allowed ?? "a single value",
        remedy: "give it as a text")
    }
    let origin = SourceOrigin.provider(source)
    var root = SourceNode.emptySection(origin: origin)
    var section = SourceNode.emptySection(origin: origin, path: "dependencies")
    section.entries = dependencies.map { name in
      let path = SourcePath.join("dependencies", name)
      return .init(key: name, origin: origin, value: .emptySection(origin: origin, path: path))
    }
    root["dependencies"] = section
    return try Self.finish(root, text: "", file: source, environment: environment, overrides: settings, &reader)
  }

  /// Lays the layers over one another and reads what comes out.
  static func finish(
    _ root: SourceNode, text: String, file: String, environment: [String: String], overrides: [SettingOverride],
    _ reader: inout ConfigurationReader
  ) throws(InvalidConfigurationFile) -> LoadedConfiguration {
    let layers = ConfigurationLayers(file: root, text: text, environment: environment, overrides: overrides)
    layers.faults.forEach { reader.report($0) }
    layers.validateDocuments(with: &reader)

    var configuration = ServiceConfiguration()
    reader.read(layers.tree, into: &configuration)
    ServiceChecks.run(on: configuration, tree: layers.tree, with: &reader)
    guard reader.problems.isEmpty else {
      throw InvalidConfigurationFile(problems: reader.problems.sorted(by: ConfigurationProblem.readingOrder))
    }
    return LoadedConfiguration(
      configuration: configuration, notes: layers.notes,
      source: ConfigurationSource(file: file, text: text, tree: layers.tree))
  }
}
