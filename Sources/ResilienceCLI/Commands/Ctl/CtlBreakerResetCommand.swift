internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl breaker reset NAME --reason TEXT`.
struct CtlBreakerResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Closes a breaker and empties its window.")

  @Argument(help: "The breaker's name.") var name: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/breakers/\(OperationsClient.segment(self.name))/reset"
    try await self.options.show("POST", path, ["reason": .text(self.reason)], CtlWords.breaker)
  }
}
