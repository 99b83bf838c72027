/// A setting given by its key, as on a command line: `dependencies.openai.timeout=5s`.
public struct SettingOverride: Sendable, Equatable {
  /// Who gave a setting; problems name it.
  public enum Source: Sendable, Equatable {
    /// Whoever started the program: `--set KEY=VALUE`.
    case commandLine
    /// An operator, while the program runs; one for a dependency that there is not is noted, and has no effect.
    case runTime
    /// A provider of settings in another program, by its name.
    case provider(String)
  }

  /// The full key path, with dependencies by name.
  public let key: String
  /// The value as an environment variable would have it: lists separated by commas, sections as YAML or JSON.
  public let text: String
  /// Who gave it.
  public let source: Source

  /// A setting and its value; from the command line unless another source is given.
  public init(key: String, text: String, source: Source = .commandLine) {
    self.key = key
    self.text = text
    self.source = source
  }

  /// Reads `KEY=VALUE`; nil where there is no key or no `=`.
  public init?(_ argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    self.init(key: String(argument[..<sign]), text: String(argument[argument.index(after: sign)...]))
  }

  /// Where the value stands, as problems and origins know it.
  var origin: SourceOrigin {
    switch self.source {
    case .commandLine: .variable("--set \(self.key)")
    case .runTime: .runTime
    case .provider(let name): .provider(name)
    }
  }
}
