/// Reads a configuration: the file's text, with overrides and `RESILIENCE_…` variables above it and the documents'
/// variables below.
public enum ConfigurationLoader {
  /// Reads and validates everything at once.
  ///
  /// Pure: no file is opened, no environment read, no clock asked. Costs one parse of the text, bounded to 1 MiB.
  /// - Parameters:
  ///   - text: YAML or JSON.
  ///   - file: The name that problems give, as the user typed it.
  ///   - environment: The process's variables.
  ///   - overrides: Settings above everything else, from a command line or a program; the last of several wins.
  /// - Returns: The configuration, and notes for the start-up log.
  /// - Throws: ``InvalidConfigurationFile`` with every problem of file and environment.
  public static func load(
    text: String, file: String, environment: [String: String] = [:], overrides: [SettingOverride] = []
  ) throws(InvalidConfigurationFile) -> LoadedConfiguration {
    var reader = ConfigurationReader(file: file, environment: environment)
    let parsed = YAMLSource.parse(file: text)
    parsed.faults.forEach { reader.report($0) }
    guard let root = parsed.tree, root.isMapping || root.isNull else {
      if let root = parsed.tree {
        reader.report(
          .wrongType, at: root, "a configuration is a section of keys", found: root.kindDescription,
          allowed: "keys such as service, gateway, dependencies", remedy: "see the configuration reference")
      }
      throw InvalidConfigurationFile(problems: reader.problems)
    }
    return try self.finish(root, text: text, file: file, environment: environment, overrides: overrides, &reader)
  }
}
