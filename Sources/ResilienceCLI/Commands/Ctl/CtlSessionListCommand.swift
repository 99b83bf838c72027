internal import ArgumentParser

/// `resilience ctl session list [--attribute NAME=VALUE] [--after ID] [--limit N]`.
struct CtlSessionListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "A page of sessions in the order of their ids, without what is in them.")

  @Option(help: "Only sessions with this attribute, NAME=VALUE; may be given several times.") var attribute: [String] =
    []
  @Option(help: "Only sessions behind this id.") var after: String?
  @Option(help: "How many, 1 to 1000.") var limit = 100
  @OptionGroup var options: CtlOptions

  func run() async throws {
    var path = "/api/sessions?limit=\(self.limit)"
    if let after { path += "&after=\(OperationsClient.segment(after))" }
    for (name, value) in try CtlSessionWords.attributes(self.attribute) {
      path += "&attribute.\(OperationsClient.segment(name))=\(OperationsClient.segment(value))"
    }
    try await self.options.show("GET", path) { (page: CtlSessionAnswers.Page) in CtlSessionWords.page(page) }
  }
}
