internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl healing runs`.
struct CtlHealingRunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "The newest runs with their steps, newest first.")

  @Option(help: "How many, 1 to 1000.") var limit = 10
  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("GET", "/api/healing/runs?limit=\(self.limit)", nil) { (runs: [HealingRun]) in
      runs.isEmpty ? ["no run yet"] : runs.flatMap(CtlWords.run)
    }
  }
}
