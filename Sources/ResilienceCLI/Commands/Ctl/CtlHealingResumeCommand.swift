internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl healing resume --reason TEXT`.
struct CtlHealingResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "Ends the global stop.")

  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("DELETE", "/api/healing/stop", ["reason": .text(self.reason)], CtlWords.status)
  }
}
