/// What a start-up check has found out about a server.
public struct RedisReport: Sendable, Equatable {
  /// The version, as the server tells it: of Valkey its own.
  public let version: String
  /// Whether it calls itself Valkey.
  public let isValkey: Bool
  /// What an operator should know.
  public let warnings: [RedisWarning]
}
