internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl mode withdraw --reason TEXT`.
struct CtlModeWithdrawCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Takes a choice by hand back: rules decide again; breakers stay as they are.")

  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("DELETE", "/health/degradation/mode", ["reason": .text(self.reason)], CtlWords.mode)
  }
}
