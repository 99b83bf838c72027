internal import ArgumentParser

/// `resilience ctl session status`.
struct CtlSessionStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Which store serves, success rates, times, what waits. A viewer may ask.")

  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("GET", "/api/sessions/health") { (status: CtlSessionAnswers.Status) in
      CtlSessionWords.status(status)
    }
  }
}
