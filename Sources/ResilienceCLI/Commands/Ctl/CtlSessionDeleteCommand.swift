internal import ArgumentParser

/// `resilience ctl session delete ID --reason TEXT`.
struct CtlSessionDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Removes a session for good.")

  @Argument(help: "The session's id.") var id: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/sessions/\(OperationsClient.segment(self.id))"
    try await self.options.show("DELETE", path, ["reason": .text(self.reason)]) { (_: [String: String]) in
      ["removed \(self.id)"]
    }
  }
}
