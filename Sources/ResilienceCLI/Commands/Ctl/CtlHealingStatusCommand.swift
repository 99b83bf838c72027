internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl healing status`.
struct CtlHealingStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Workflows, processes, the global stop and how often healing helped.")

  @OptionGroup var options: CtlOptions

  func run() async throws { try await self.options.show("GET", "/api/healing", nil, CtlWords.status) }
}
