internal import ArgumentParser
internal import ResilienceInterfaces

/// `resilience ctl toggle set NAME [--enabled | --no-enabled] [--percentage N] [--tier NAME…] --reason TEXT`.
struct CtlToggleSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Switches a feature; what is left out stays as configured. Kept across a restart.")

  @Argument(help: "The toggle's name.") var name: String
  @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Whether it is on at all.") var enabled: Bool?
  @Option(help: "For how many of 100 keys, 0 to 100.") var percentage: Double?
  @Option(help: "A tier that it is for; may be given several times.") var tier: [String] = []
  @Flag(help: "For all tiers.") var allTiers = false
  @Option(help: "Why; kept in the audit.") var reason: String
  @Option(name: .customLong("for"), help: "How long, such as 10m; left out = until reset.") var length: String?
  @OptionGroup var options: CtlOptions

  func validate() throws {
    if self.allTiers, !self.tier.isEmpty { throw ValidationError("give either --tier or --all-tiers") }
    if self.enabled == nil, self.percentage == nil, self.tier.isEmpty, !self.allTiers {
      throw ValidationError("say what to change: --enabled, --no-enabled, --percentage, --tier or --all-tiers")
    }
  }

  func run() async throws {
    var body: [String: CtlValue] = ["reason": .text(self.reason)]
    if let enabled { body["enabled"] = .flag(enabled) }
    if let percentage { body["percentage"] = .number(percentage) }
    if self.allTiers || !self.tier.isEmpty { body["tiers"] = .texts(self.tier) }
    if let length { body["for"] = .text(length) }
    let path = "/api/toggles/\(OperationsClient.segment(self.name))"
    try await self.options.show("PUT", path, body, CtlWords.toggle)
  }
}
