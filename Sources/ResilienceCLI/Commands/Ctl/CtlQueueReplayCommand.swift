internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl queue replay ID --reason TEXT`, `… replay --dead-of QUEUE …` or `… replay --all …`.
struct CtlQueueReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Makes a dead letter, or all of them, due again; each keeps its place in the order.")

  @Argument(help: "The item's id.") var id: String?
  @Option(help: "Replay all dead letters of this queue.") var deadOf: String?
  @Flag(help: "Replay all dead letters of all queues.") var all = false
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func validate() throws {
    guard [self.id != nil, self.deadOf != nil, self.all].count(where: { $0 }) == 1 else {
      throw ValidationError("name an item's id, or a queue with --dead-of, or --all: one of them")
    }
  }

  func run() async throws {
    var body: [String: CtlValue] = ["reason": .text(self.reason)]
    if let id {
      try await self.options.show("POST", "/api/queue/dead/\(OperationsClient.segment(id))/replay", body) {
        (item: QueueItemStatus) in [CtlQueueWords.item(item)]
      }
      return
    }
    if let deadOf { body["queue"] = .text(deadOf) }
    try await self.options.show("POST", "/api/queue/dead/replay", body) { (answer: [String: Int]) in
      ["replayed \(answer["replayed"] ?? 0)"]
    }
  }
}
