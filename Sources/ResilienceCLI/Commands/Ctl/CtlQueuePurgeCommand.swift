internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl queue purge ID --reason TEXT` or `… purge --dead-of QUEUE --reason TEXT`.
struct CtlQueuePurgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Removes an item, or all dead letters of a queue, for good.")

  @Argument(help: "The item's id.") var id: String?
  @Option(help: "Remove all dead letters of this queue.") var deadOf: String?
  @Option(help: "Why; kept in the audit.") var reason: String
  @OptionGroup var options: CtlOptions

  func validate() throws {
    guard (self.id == nil) != (self.deadOf == nil) else {
      throw ValidationError("name an item's id, or a queue with --dead-of; not both")
    }
  }

  func run() async throws {
    let body: [String: CtlValue] = ["reason": .text(self.reason)]
    if let id {
      try await self.options.show("DELETE", "/api/queue/items/\(OperationsClient.segment(id))", body) {
        (item: QueueItemStatus) in ["removed \(item.id)"]
      }
    } else if let deadOf {
      try await self.options.show("DELETE", "/api/queue/\(OperationsClient.segment(deadOf))/dead", body) {
        (answer: [String: Int]) in ["removed \(answer["removed"] ?? 0)"]
      }
    }
  }
}
