internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl queue items [QUEUE] [--state STATE]`.
struct CtlQueueItemsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "items", abstract: "Items in one state, dead letters unless another one is named.")

  @Argument(help: "The queue; all of them unless given.") var queue: String?
  @Option(help: "waiting, blocked, claimed, completed or dead.") var state = "dead"
  @Option(help: "How many, 1 to 1000.") var limit = 100
  @Option(help: "Only items behind this sequence.") var after = 0
  @OptionGroup var options: CtlOptions

  func run() async throws {
    var path = "/api/queue/items?state=\(OperationsClient.segment(self.state))&limit=\(self.limit)&after=\(self.after)"
    if let queue { path += "&queue=\(OperationsClient.segment(queue))" }
    try await self.options.show("GET", path, nil) { (items: [QueueItemStatus]) in
      items.isEmpty ? ["no such item"] : items.map(CtlQueueWords.item)
    }
  }
}
