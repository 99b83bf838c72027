internal import ArgumentParser
internal import Foundation
internal import ResilienceConfiguration

/// Checks configuration files: `resilience check FILE…`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks configuration files and prints every problem.",
    discussion: "Exit codes: 0 clean, 2 a file cannot be used.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Configuration files, YAML or JSON.") var files: [String]
  @Option(help: "text or json.") var format = Format.text

  func run() throws {
    var problems: [ConfigurationProblem] = []
    var isUnreadable = false
    for file in self.files {
      do {
        let loaded = try ConfigurationFile(file).load()
        if self.format == .text {
          for note in loaded.notes { print("\(file): note: \(note.text)") }
          print("\(file): \(loaded.configuration.dependencies.count) dependencies, no problem")
        }
      } catch let error as InvalidConfigurationFile {
        problems += error.problems
        if self.format == .text { StandardError.print(error.description) }
      } catch let error as StartFailure {
        StandardError.print(error.description)
        isUnreadable = true
      }
    }
    if self.format == .json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(problems), as: UTF8.self))
    }
    if isUnreadable || !problems.isEmpty { throw ExitCode(2) }
  }
}
