/// Bounds of what callers may send, and how slowly.
public struct GatewayLimitsConfiguration: Sendable, Equatable {
  /// Bytes of a request's head.
  public var maxHeadBytes = 16 << 10
  /// Headers of a request.
  public var maxHeaderCount = 100
  /// Bytes of a request's body.
  public var maxBodyBytes = 10 << 20
  /// From a request's first byte to the end of its head.
  public var headTimeout = Duration.seconds(10)
  /// Without a request on an open connection.
  public var idleTimeout = Duration.seconds(60)
  /// Without a byte of a body that has not ended.
  public var bodyIdleTimeout = Duration.seconds(30)
  /// Connections at once.
  public var maxConnections = 10_000

  /// All defaults.
  public init() {}
}

extension GatewayLimitsConfiguration: ConfigurationSection {
  static let settings: [Setting<GatewayLimitsConfiguration>] = [
    .value("maxHeadBytes", \.maxHeadBytes, .size(1_024...(1 << 20)), "Bytes of a request's head; more is a 431."),
    .value("maxHeaderCount", \.maxHeaderCount, .integer(1...10_000), "Headers of a request; more is a 431."),
    .value("maxBodyBytes", \.maxBodyBytes, .size(0...(16 << 30)), "Bytes of a request's body; more is a 413."),
    .value("headTimeout", \.headTimeout, .wait, "From a request's first byte to the end of its head; longer is a 408."),
    .value("idleTimeout", \.idleTimeout, .wait, "How long a connection without a request is kept."),
    .value("bodyIdleTimeout", \.bodyIdleTimeout, .wait, "How long a body may make no progress; longer is a 408."),
    .value("maxConnections", \.maxConnections, .integer(1...1_000_000), "Connections at once; more are not accepted."),
  ]
}
