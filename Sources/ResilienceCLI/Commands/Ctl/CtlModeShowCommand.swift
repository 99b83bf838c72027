internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl mode show`.
struct CtlModeShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "The mode, and who is degraded.")

  @OptionGroup var options: CtlOptions

  func run() async throws { try await self.options.show("GET", "/health/degradation", nil, CtlWords.mode) }
}
