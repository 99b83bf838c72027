/// Everything there is to say about one setting; validation, environment names and the reference come from it.
public struct SettingDefinition: Sendable, Equatable {
  /// Whether this version has the setting.
  public enum Availability: String, Sendable, Codable {
    /// It can be used.
    case available
    /// Its name is settled, its feature comes with a later version; using it is a problem.
    case planned
  }

  /// How a value stands in a file.
  public enum Shape: String, Sendable, Codable {
    /// A single value.
    case value
    /// A list of single values, in the environment separated by commas.
    case list
    /// A section of keys; in the environment written as YAML or JSON, or `false` where it can be switched off.
    case section
    /// A list of sections, in the environment written as YAML or JSON.
    case sections
  }

  /// The key path, with `*` for a name and `[]` for an element of a list: `dependencies.*.fallback[].template.status`.
  public internal(set) var key: String
  /// How a value stands in a file.
  public let shape: Shape
  /// The value's type in words, such as `duration`.
  public let typeName: String
  /// The unit, where the type has one.
  public let unit: String?
  /// What may stand there, in words.
  public let allowed: String
  /// The default as it would be written in a file; nil where there is none.
  public let defaultText: String?
  /// What the setting does, in one sentence.
  public let documentation: String
  /// Whether it must be given.
  public let isRequired: Bool
  /// The first version that has (or knows) it.
  public let since: String
  /// Whether this version has it.
  public let availability: Availability
  /// Variables of the source documents that set it below the file, highest precedence first.
  public internal(set) var documentVariables: [DocumentVariable]
  /// The values that it can have, where they can be listed; empty for all others.
  public internal(set) var choices: [String] = []

  /// Whether `true` or `false` may stand in the section's place.
  var isSwitchable = false

  /// Whether its value is shown to nobody.
  public var isSecret: Bool { typeName == "secret" }

  /// The variable that overrides the file, with `<NAME>` for a dependency's name; nil for elements of lists.
  public var environmentName: String? {
    guard !key.contains("[]") else { return nil }
    let parts = key.split(separator: ".").map { $0 == "*" ? "<NAME>" : SourcePath.environmentName(String($0)) }
    return "RESILIENCE_" + parts.joined(separator: "_")
  }

  /// Every environment variable that can set it.
  public var environmentNames: [String] {
    [environmentName].compactMap { $0 } + documentVariables.map(\.name)
  }

  /// The same, for a place that the documents' variables do not mean.
  func withoutDocumentVariables() -> SettingDefinition {
    var copy = self
    copy.documentVariables = []
    return copy
  }

  func prefixed(_ prefix: String) -> SettingDefinition {
    var copy = self
    copy.key = key.hasPrefix("[]") ? prefix + key : SourcePath.join(prefix, key)
    return copy
  }
}

extension SettingDefinition {
  /// Every setting there is, in the order of the reference page.
  public static let all: [SettingDefinition] = ServiceConfiguration.settings.flatMap { $0.definitions() }
}
