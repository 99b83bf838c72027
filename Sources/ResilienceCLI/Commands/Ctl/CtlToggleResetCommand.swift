internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl toggle reset NAME --reason TEXT`.
struct CtlToggleResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Gives a feature back to its configuration.")

  @Argument(help: "The toggle's name.") var name: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/toggles/\(OperationsClient.segment(self.name))"
    try await self.options.show("DELETE", path, ["reason": .text(self.reason)], CtlWords.toggle)
  }
}
