/// Whom a workflow tells when it gives up.
public struct HealingEscalationConfiguration: Sendable, Equatable {
  /// An address that is called with a POST.
  public var webhook: UpstreamURL?
  /// A program that is run.
  public var command: CommandConfiguration?

  /// All defaults.
  public init() {}
}

extension HealingEscalationConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingEscalationConfiguration>] = [
    .optional("webhook", \.webhook, .collector, absent: "none", "An address that is called with a POST."),
    .optionalSection("command", \.command, "A program that is run."),
  ]
}
