internal import Foundation
internal import ResilienceConfiguration

/// A configuration on disk, or the bundled example, read with the process's environment.
struct ConfigurationFile: Sendable {
  /// The bundled example's name in messages.
  static let bundledName = "(bundled example)"
  /// How much is logged: the program's own variable, no setting of the file.
  static let logLevelVariable = "RESILIENCE_LOG_LEVEL"
  /// More than any configuration that is taken, so that a wrong file is called too large and not read whole.
  private static let mostBytes = 8 << 20

  /// The file; nil for the bundled example.
  let path: String?
  private let overrides: [String: String]
  private let settings: [SettingOverride]

  /// Names a file.
  ///
  /// - Parameters:
  ///   - path: The file; nil for the bundled example.
  ///   - overrides: `RESILIENCE_…` variables that the command line stands for; they win over the environment's.
  ///   - settings: Settings from the command line; they win over everything.
  init(_ path: String?, overrides: [String: String] = [:], settings: [SettingOverride] = []) {
    self.path = path
    self.overrides = overrides
    self.settings = settings
  }

  /// What it is called in messages.
  var name: String { self.path ?? Self.bundledName }

  /// Its text.
  func read() throws -> String {
    guard let path else { return String(decoding: PackageResources.example_yaml, as: UTF8.self) }
    // Through a handle, because `--config <(…)` is a pipe.
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: Self.mostBytes) ?? Data()
    else {
      throw StartFailure("\(path): the file cannot be read. Does it exist, is it a file, and may you read it?")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// What a text says, with environment and command line above and below it.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - runTime: Settings that operators have changed; they win over everything.
  func load(
    _ text: String, _ runTime: [SettingOverride] = []
  ) throws(InvalidConfigurationFile) -> LoadedConfiguration {
    var environment = ProcessInfo.processInfo.environment
    environment[Self.logLevelVariable] = nil
    environment.merge(self.overrides) { _, new in new }
    return try ConfigurationLoader.load(
      text: text, file: self.name, environment: environment, overrides: self.settings + runTime)
  }

  /// Reads and loads it.
  func load() throws -> LoadedConfiguration { try self.load(self.read()) }
}
