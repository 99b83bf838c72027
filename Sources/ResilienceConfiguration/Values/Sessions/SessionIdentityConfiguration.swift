/// Who confirms callers' roles, and which roles need that.
public struct SessionIdentityConfiguration: Sendable, Equatable {
  /// The provider's name in its tokens.
  public var issuer = ""
  /// Where its keys are; nil: below the issuer.
  public var keysURL: UpstreamURL?
  /// For whom tokens have to be issued; nil: anybody.
  public var audience: String?
  /// The claim that lists a caller's roles.
  public var roleClaim = "cognito:groups"
  /// The roles that need a proof of identity; all others are anonymous.
  public var privileged = ["speaker", "admin"]
  /// For how long keys that were fetched are used without asking again.
  public var keyLifetime = Duration.seconds(600)
  /// How long fetching the keys may take.
  public var timeout = Duration.seconds(3)
  /// After how many failures in a row the provider is taken for away.
  public var consecutiveFailures = 3
  /// For how long it is then left alone.
  public var openDuration = Duration.seconds(10)

  /// All defaults.
  public init() {}
}

extension SessionIdentityConfiguration: ConfigurationSection {
  static let settings: [Setting<SessionIdentityConfiguration>] = [
    .value("issuer", \.issuer, .text(500), "The provider's address as its tokens have it (`iss`).", required: true),
    .optional(
      "keysUrl", \.keysURL, .collector, absent: "/.well-known/jwks.json below the issuer", "Where its keys are."),
    .optional(
      "audience", \.audience, .text(500), absent: "any", "For whom tokens have to be issued: `aud`, or `client_id`."),
    .value("roleClaim", \.roleClaim, .text(), "The claim that lists a caller's roles, or is the one."),
    .value(
      "privileged", \.privileged, .list(of: .text(64), "list of texts"),
      "The roles that need a proof of identity; all others are anonymous."),
    .value(
      "keyLifetime", \.keyLifetime, .duration(.seconds(1)...(.seconds(2_592_000))),
      "For how long keys that were fetched are used without asking again; so long the provider may be away."),
    .value("timeout", \.timeout, .duration(.milliseconds(1)...(.seconds(60))), "How long fetching the keys may take."),
    .value(
      "consecutiveFailures", \.consecutiveFailures, .integer(1...10_000),
      "After how many failures in a row the provider is taken for away."),
    .value("openDuration", \.openDuration, .wait, "For how long it is then left alone."),
  ]
}
