internal import Foundation
internal import ResilienceConfiguration

/// Reads a configuration from disk, with the process's environment.
enum ConfigurationFile {
  /// The bundled example's name in messages.
  static let bundledName = "(bundled example)"
  /// How much is logged: the program's own variable, no setting of the file.
  static let logLevelVariable = "RESILIENCE_LOG_LEVEL"
  /// More than any configuration that is taken, so that a wrong file is called too large and not read whole.
  private static let mostBytes = 8 << 20

  /// Loads a file; without one the bundled example.
  ///
  /// - Parameters:
  ///   - path: The file, or nil.
  ///   - overrides: `RESILIENCE_…` variables that the command line stands for; they win over the environment's.
  static func load(_ path: String?, overrides: [String: String] = [:]) throws -> LoadedConfiguration {
    var environment = ProcessInfo.processInfo.environment
    environment[self.logLevelVariable] = nil
    environment.merge(overrides) { _, new in new }
    guard let path else {
      let text = String(decoding: PackageResources.example_yaml, as: UTF8.self)
      return try ConfigurationLoader.load(text: text, file: self.bundledName, environment: environment)
    }
    // Through a handle, because `--config <(…)` is a pipe.
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: self.mostBytes) ?? Data()
    else {
      throw StartFailure("\(path): the file cannot be read. Does it exist, is it a file, and may you read it?")
    }
    return try ConfigurationLoader.load(
      text: String(decoding: data, as: UTF8.self), file: path, environment: environment)
  }
}
