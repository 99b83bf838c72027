internal import ArgumentParser

/// Kept requests of a running program: `resilience ctl queue …`.
struct CtlQueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue", abstract: "Kept requests and dead letters.",
    subcommands: [
      CtlQueueListCommand.self, CtlQueueItemsCommand.self, CtlQueueShowCommand.self, CtlQueueReplayCommand.self,
      CtlQueuePurgeCommand.self,
    ], defaultSubcommand: CtlQueueListCommand.self)
}
