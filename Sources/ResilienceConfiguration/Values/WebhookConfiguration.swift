/// One receiver of notices.
public struct WebhookConfiguration: Sendable, Equatable {
  /// Where notices are posted to.
  public var url = UpstreamURL(scheme: .https, host: "", port: 443, path: "")
  /// What they are signed with.
  public var secret = Secret("")
  /// How long one attempt may take.
  public var timeout = Duration.seconds(10)
  /// Attempts for one notice, the first included.
  public var maxAttempts = 5
  /// Notices that may wait.
  public var maxQueue = 256

  /// All defaults.
  public init() {}
}

extension WebhookConfiguration: ConfigurationSection {
  static let settings: [Setting<WebhookConfiguration>] = [
    .value("url", \.url, .collector, "Where notices are posted to.", required: true),
    .value(
      "secret", \.secret, .token,
      "What they are signed with (HMAC-SHA256); give it through a variable: `${RESILIENCE_NOTICES_SECRET}`.",
      required: true),
    .value("timeout", \.timeout, .wait, "How long one attempt may take."),
    .value("maxAttempts", \.maxAttempts, .integer(1...100), "Attempts for one notice, the first included."),
    .value(
      "maxQueue", \.maxQueue, .integer(1...100_000), "Notices that may wait; the oldest gives way, and is counted."),
  ]
}
