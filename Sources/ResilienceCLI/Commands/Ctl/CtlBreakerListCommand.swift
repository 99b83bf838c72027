internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl breaker list`.
struct CtlBreakerListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Every breaker and its state.")

  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("GET", "/api/breakers", nil) { (all: [BreakerStatus]) in
      all.flatMap(CtlWords.breaker)
    }
  }
}
