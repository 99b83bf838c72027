/// Whom a workflow tells when it gives up.
public struct HealingEscalationConfiguration: Sendable, Equatable {
  /// An address that is called with a POST.
  public var webhook: UpstreamURL?
  /// What is sent there is signed with.
  public var secret: Secret?
  /// How long one attempt to reach the webhook may take.
  public var timeout = Duration.seconds(10)
  /// Attempts to reach the webhook, the first included.
  public var maxAttempts = 5
  /// A program that is run.
  public var command: CommandConfiguration?

  /// All defaults.
  public init() {}
}

extension HealingEscalationConfiguration: ConfigurationSection {
  static let settings: [Setting<HealingEscalationConfiguration>] = [
    .optional("webhook", \.webhook, .collector, absent: "none", "An address that is called with a POST."),
    .optional(
      "secret", \.secret, .token, absent: "not signed",
      "What that is signed with, as notices are (HMAC-SHA256, Standard Webhooks); give it through a variable."),
    .value("timeout", \.timeout, .wait, "How long one attempt to reach the webhook may take."),
    .value(
      "maxAttempts", \.maxAttempts, .integer(1...20),
      "Attempts to reach the webhook, the first included; all of them within the workflow's `actionTimeout`."),
    .optionalSection("command", \.command, "A program that is run."),
  ]
}
