internal import ArgumentParser

/// Sessions that a running program keeps: `resilience ctl session …`.
struct CtlSessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Sessions that the program keeps, and conflicts that outages have left.",
    subcommands: [
      CtlSessionStatusCommand.self, CtlSessionListCommand.self, CtlSessionGetCommand.self,
      CtlSessionDeleteCommand.self, CtlSessionConflictsCommand.self, CtlSessionResolveCommand.self,
    ], defaultSubcommand: CtlSessionStatusCommand.self)
}
