internal import ArgumentParser

/// The program `resilience`.
@main
struct ResilienceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resilience",
    abstract: "A resilience layer in front of HTTP dependencies, with an operations console.",
    discussion: """
      Exit codes: 0 done; 1 findings; 2 a configuration or an argument cannot be used; 64 the command line cannot be \
      read; 70 a mistake in the program.
      """,
    version: BuildVersion.text,
    subcommands: [
      ServeCommand.self, CheckCommand.self, ExplainCommand.self, CtlCommand.self, ReferenceCommand.self,
      VersionCommand.self,
    ])
}
