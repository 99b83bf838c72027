internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl healing stop --reason TEXT`.
struct CtlHealingStopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops all healing at once; kept across a restart.")

  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("PUT", "/api/healing/stop", ["reason": .text(self.reason)], CtlWords.status)
  }
}
