internal import ArgumentParser
internal import Foundation
internal import ResilienceConfiguration

/// Reads a configuration from disk, with the process's environment.
enum ConfigurationFile {
  /// The bundled example's name in messages.
  static let bundledName = "(bundled example)"

  /// Loads a file; without one the bundled example.
  ///
  /// - Parameters:
  ///   - path: The file, or nil.
  ///   - overrides: `RESILIENCE_…` variables that the command line stands for; they win over the environment's.
  static func load(_ path: String?, overrides: [String: String] = [:]) throws -> LoadedConfiguration {
    var environment = ProcessInfo.processInfo.environment
    environment.merge(overrides) { _, new in new }
    guard let path else {
      let text = String(decoding: PackageResources.example_yaml, as: UTF8.self)
      return try ConfigurationLoader.load(text: text, file: self.bundledName, environment: environment)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      StandardError.print("\(path): the file cannot be read. Does it exist, and may you read it?")
      throw ExitCode(2)
    }
    return try ConfigurationLoader.load(
      text: String(decoding: data, as: UTF8.self), file: path, environment: environment)
  }
}
