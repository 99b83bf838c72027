internal import ArgumentParser

/// Looks at, and changes, a running program: `resilience ctl …`.
struct CtlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ctl", abstract: "Looks at, and changes, a running program by its operations server.",
    discussion: """
      The operator's token is read from RESILIENCE_OPERATIONS_TOKEN. With --json the server's answer is printed as it \
      is. Exit codes: 0 done; 1 the server refused, and standard error says why; 2 the server cannot be reached.
      """,
    subcommands: [
      CtlBreakerCommand.self, CtlModeCommand.self, CtlToggleCommand.self, CtlQueueCommand.self, CtlHealingCommand.self,
      CtlSessionCommand.self,
    ])
}
