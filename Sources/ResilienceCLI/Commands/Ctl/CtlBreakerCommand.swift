internal import ArgumentParser

/// Breakers of a running program: `resilience ctl breaker …`.
struct CtlBreakerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "breaker", abstract: "Circuit breakers and operators' decisions about them.",
    subcommands: [
      CtlBreakerListCommand.self, CtlBreakerOverrideCommand.self, CtlBreakerReleaseCommand.self,
      CtlBreakerResetCommand.self,
    ], defaultSubcommand: CtlBreakerListCommand.self)
}
