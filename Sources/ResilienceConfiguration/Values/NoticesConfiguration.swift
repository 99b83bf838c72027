/// How the users of the service learn what does not work as usual.
public struct NoticesConfiguration: Sendable, Equatable {
  /// Whether the gateway shows them to everybody at `/_resilience/notices`.
  public var isPublic = false
  /// For how long something must be degraded before users are told.
  public var after = Duration.seconds(2)
  /// For how long it must work before users are told.
  public var clearAfter = Duration.seconds(10)
  /// Event streams at `/_resilience/notices` at once.
  public var maxStreams = 100
  /// Who is told by HTTP.
  public var webhooks: [WebhookConfiguration] = []

  /// All defaults.
  public init() {}
}

extension NoticesConfiguration: ConfigurationSection {
  static let settings: [Setting<NoticesConfiguration>] = [
    .value(
      "public", \.isPublic, .flag, "Whether the gateway shows them to everybody at `/_resilience/notices`."),
    .value(
      "after", \.after, .duration(.zero...(.seconds(86_400))),
      "For how long something must be degraded before users are told."),
    .value(
      "clearAfter", \.clearAfter, .duration(.zero...(.seconds(86_400))),
      "For how long it must work before users are told that it does."),
    .value(
      "maxStreams", \.maxStreams, .integer(1...100_000),
      "Event streams at `/_resilience/notices` at once; more get 503."),
    .sections("webhooks", \.webhooks, of: WebhookConfiguration.self, "Who is told by HTTP, with a signature.") {
      webhook, _, _ in webhook
    },
  ]
}
