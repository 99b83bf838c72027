internal import ArgumentParser

/// Healing of a running program: `resilience ctl healing …`.
struct CtlHealingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healing", abstract: "Healing workflows, runs, supervised processes and the global stop.",
    subcommands: [
      CtlHealingStatusCommand.self, CtlHealingRunsCommand.self, CtlHealingRunCommand.self,
      CtlHealingRollbackCommand.self, CtlHealingStopCommand.self, CtlHealingResumeCommand.self,
    ], defaultSubcommand: CtlHealingStatusCommand.self)
}
