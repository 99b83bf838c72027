internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl queue replay ID --reason TEXT`.
struct CtlQueueReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Makes a dead letter due again; it keeps its place in the order.")

  @Argument(help: "The item's id.") var id: String
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/queue/dead/\(OperationsClient.segment(self.id))/replay"
    try await self.options.show("POST", path, ["reason": .text(self.reason)]) { (item: QueueItemStatus) in
      [CtlQueueWords.item(item)]
    }
  }
}
