internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl queue list`.
struct CtlQueueListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Every queue: how much it holds, and how it is drained.")

  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("GET", "/api/queue", nil) { (all: [QueueStatus]) in
      all.isEmpty ? ["no queue"] : all.map(CtlQueueWords.queue)
    }
  }
}
