internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl breaker release NAME --reason TEXT`.
struct CtlBreakerReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Gives a breaker back to itself.")

  @Argument(help: "The breaker's name.") var name: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/breakers/\(OperationsClient.segment(self.name))/override"
    try await self.options.show("DELETE", path, ["reason": .text(self.reason)], CtlWords.breaker)
  }
}
