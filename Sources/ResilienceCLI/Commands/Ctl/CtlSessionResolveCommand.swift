internal import ArgumentParser

/// `resilience ctl session resolve ID --keep theirs|ours|merged --reason TEXT`.
struct CtlSessionResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Ends a conflict: the store's form stays, ours replaces it, or one made of both.")

  @Argument(help: "The conflict's id.") var id: String
  @Option(help: "theirs (what the store has), ours (what was written in the outage) or merged.") var keep: String
  @Option(help: "For merged: the state.") var state: String?
  @Option(help: "For merged: an attribute, NAME=VALUE; may be given several times.") var attribute: [String] = []
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func validate() throws {
    guard ["theirs", "ours", "merged"].contains(self.keep) else {
      throw ValidationError("--keep is '\(self.keep)'; write theirs, ours or merged")
    }
    guard (self.keep == "merged") == (self.state != nil), self.state != nil || self.attribute.isEmpty else {
      throw ValidationError("--state belongs to --keep merged, --attribute to --state")
    }
  }

  func run() async throws {
    var body: [String: CtlValue] = ["keep": .text(self.keep), "reason": .text(self.reason)]
    if let state {
      body["state"] = .text(state)
      body["attributes"] = .pairs(
        Dictionary(try CtlSessionWords.attributes(self.attribute), uniquingKeysWith: { _, last in last }))
    }
    let path = "/api/sessions/conflicts/\(OperationsClient.segment(self.id))"
    try await self.options.show("POST", path, body) { (answer: CtlSessionAnswers.Resolution) in
      answer.session.map { ["ended; in force is", CtlSessionWords.line($0)] } ?? ["ended; there is no such session now"]
    }
  }
}
