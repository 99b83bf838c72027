internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl mode set MODE --reason TEXT [--for LENGTH]`.
struct CtlModeSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Chooses a mode by hand; kept across a restart, until reset or its time is over.")

  @Argument(help: "\(ModeRequest.modes.dropLast().joined(separator: ", ")) or \(ModeRequest.modes.last ?? "").")
  var mode: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @Option(name: .customLong("for"), help: "How long, such as 10m; left out = until reset.") var length: String?
  @OptionGroup var options: CtlOptions

  func run() async throws {
    var body: [String: CtlValue] = ["mode": .text(self.mode), "reason": .text(self.reason)]
    if let length { body["for"] = .text(length) }
    try await self.options.show("PUT", "/health/degradation/mode", body, CtlWords.mode)
  }
}
