internal import ArgumentParser

/// Feature toggles of a running program: `resilience ctl toggle …`.
struct CtlToggleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "toggle", abstract: "Features that are switched on and off.",
    subcommands: [CtlToggleListCommand.self, CtlToggleSetCommand.self, CtlToggleResetCommand.self],
    defaultSubcommand: CtlToggleListCommand.self)
}
