/// The data plane: where callers reach the dependencies.
public struct GatewayConfiguration: Sendable, Equatable {
  /// Where it listens.
  public var listen = ListenAddress(host: "127.0.0.1", port: 8080)
  /// Bounds of requests and connections.
  public var limits = GatewayLimitsConfiguration()
  /// Peers whose `X-Forwarded-*` and `Forwarded` are believed.
  public var trustedProxies: [AddressRange] = []
  /// The field by which a trusted proxy names the user that it has authenticated; nil: no log line names a user.
  public var userField: String?
  /// TLS towards callers; nil for plain HTTP.
  public var tls: ServerTLSConfiguration?
  /// How long requests under way may take to end at shut-down.
  public var shutdownGracePeriod = Duration.seconds(30)

  /// All defaults.
  public init() {}
}

extension GatewayConfiguration: ConfigurationSection {
  static let settings: [Setting<GatewayConfiguration>] = [
    .value("listen", \.listen, .listen, "Where the gateway listens."),
    .section("limits", \.limits, "Bounds of requests and connections."),
    .value(
      "trustedProxies", \.trustedProxies, .list(of: .addressRange, "list of IP ranges"),
      "Peers whose `X-Forwarded-*` and `Forwarded` headers are believed."),
    .optional(
      "userField", \.userField, .fieldName, absent: "no log line names a user",
      "The field by which a proxy from `trustedProxies` names the user it has authenticated; written into log lines as "
        + "`user`, and removed from requests of everybody else."),
    .optionalSection("tls", \.tls, "TLS towards callers; without it the gateway speaks plain HTTP."),
    .value(
      "shutdownGracePeriod", \.shutdownGracePeriod, .duration(.zero...(.seconds(3_600))),
      "How long requests under way may take to end at shut-down."),
  ]
}
