internal import ArgumentParser
internal import ResilienceConfiguration

/// Prints the configuration reference: `resilience reference`.
struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Prints every setting of the configuration file, as Markdown.")

  func run() throws { print(ConfigurationReference.markdown(), terminator: "") }
}
