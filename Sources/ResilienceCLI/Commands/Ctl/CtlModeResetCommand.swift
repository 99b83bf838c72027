internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl mode reset --reason TEXT`.
struct CtlModeResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "reset", abstract: "Goes back to full function.")

  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show(
      "POST", "/health/degradation/reset", ["reason": .text(self.reason)], CtlWords.mode)
  }
}
