internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl breaker override NAME --state STATE --reason TEXT [--for LENGTH]`.
struct CtlBreakerOverrideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "override", abstract: "Forces a breaker into a state; kept across a restart.")

  @Argument(help: "The breaker's name.") var name: String
  @Option(help: "isolated, disabled or observing.") var state: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @Option(name: .customLong("for"), help: "How long, such as 10m; left out = until released.") var length: String?
  @OptionGroup var options: CtlOptions

  func run() async throws {
    var body: [String: CtlValue] = ["state": .text(self.state), "reason": .text(self.reason)]
    if let length { body["for"] = .text(length) }
    let path = "/api/breakers/\(OperationsClient.segment(self.name))/override"
    try await self.options.show("PUT", path, body, CtlWords.breaker)
  }
}
