internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl healing run WORKFLOW --reason TEXT`.
struct CtlHealingRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Starts a workflow.")

  @Argument(help: "The workflow's name.") var workflow: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @Flag(help: "Only write down what would be done.") var dryRun = false
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/healing/\(OperationsClient.segment(self.workflow))/run"
    let body: [String: CtlValue] = ["reason": .text(self.reason), "dryRun": .flag(self.dryRun)]
    try await self.options.show("POST", path, body) { (run: HealingRun) in ["run \(run.id) has begun"] }
  }
}
