internal import ArgumentParser

/// `resilience ctl session conflicts [ID]`.
struct CtlSessionConflictsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflicts",
    abstract: "Sessions that were changed on both sides of an outage; with an id both forms of one.")

  @Argument(help: "The conflict's id; all of them unless given.") var id: String?
  @OptionGroup var options: CtlOptions

  func run() async throws {
    if let id {
      let path = "/api/sessions/conflicts/\(OperationsClient.segment(id))"
      try await self.options.show("GET", path) { (conflict: CtlSessionAnswers.Conflict) in
        CtlSessionWords.forms(conflict)
      }
    } else {
      try await self.options.show("GET", "/api/sessions/reconciliation") { (report: CtlSessionAnswers.Report) in
        report.conflicts.isEmpty ? ["no conflict"] : report.conflicts.map(CtlSessionWords.conflict)
      }
    }
  }
}
