internal import ArgumentParser
internal import ResilienceConfiguration

/// Prints the configuration reference: `resilience reference`.
struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Prints every setting of the configuration file, as Markdown.")

  @Flag(help: "Prints what `resilience check` looks for instead.") var check = false

  func run() throws {
    print(self.check ? CheckReference.markdown() : ConfigurationReference.markdown(), terminator: "")
  }
}
