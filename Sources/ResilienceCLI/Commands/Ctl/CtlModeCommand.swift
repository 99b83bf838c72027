internal import ArgumentParser

/// The degradation mode of a running program: `resilience ctl mode …`.
struct CtlModeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mode", abstract: "How far the service has stepped back from its full function.",
    subcommands: [
      CtlModeShowCommand.self, CtlModeSetCommand.self, CtlModeWithdrawCommand.self, CtlModeResetCommand.self,
    ],
    defaultSubcommand: CtlModeShowCommand.self)
}
