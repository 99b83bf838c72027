/// A setting given by its key, as on a command line: `dependencies.openai.timeout=5s`.
public struct SettingOverride: Sendable, Equatable {
  /// The full key path, with dependencies by name.
  public let key: String
  /// The value as an environment variable would have it: lists separated by commas, sections as YAML or JSON.
  public let text: String

  /// A setting and its value.
  public init(key: String, text: String) {
    self.key = key
    self.text = text
  }

  /// Reads `KEY=VALUE`; nil where there is no key or no `=`.
  public init?(_ argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    self.init(key: String(argument[..<sign]), text: String(argument[argument.index(after: sign)...]))
  }
}
