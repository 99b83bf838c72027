internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl toggle list`.
struct CtlToggleListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Every toggle, whether it is on, and why not.")

  @OptionGroup var options: CtlOptions

  func run() async throws {
    try await self.options.show("GET", "/api/toggles", nil) { (all: [ToggleStatus]) in all.flatMap(CtlWords.toggle) }
  }
}
