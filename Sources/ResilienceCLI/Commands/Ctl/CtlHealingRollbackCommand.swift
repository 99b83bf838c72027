internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl healing rollback RUN --reason TEXT`.
struct CtlHealingRollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Undoes what an ended run has changed and what can be undone.")

  @Argument(help: "The run's id.") var id: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/healing/runs/\(OperationsClient.segment(self.id))/rollback"
    try await self.options.show("POST", path, ["reason": .text(self.reason)], CtlWords.run)
  }
}
