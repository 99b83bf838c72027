internal import ArgumentParser

/// `resilience ctl session get ID`.
struct CtlSessionGetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "get", abstract: "One session with its state.")

  @Argument(help: "The session's id.") var id: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/sessions/\(OperationsClient.segment(self.id))"
    try await self.options.show("GET", path) { (session: CtlSessionAnswers.Session) in
      CtlSessionWords.whole(session)
    }
  }
}
