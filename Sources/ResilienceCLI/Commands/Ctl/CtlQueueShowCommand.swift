internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl queue show ID`.
struct CtlQueueShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "One item, without what is in it.")

  @Argument(help: "The item's id.") var id: String
  @OptionGroup var options: CtlOptions

  func run() async throws {
    let path = "/api/queue/items/\(OperationsClient.segment(self.id))"
    try await self.options.show("GET", path, nil) { (item: QueueItemStatus) in [CtlQueueWords.item(item)] }
  }
}
