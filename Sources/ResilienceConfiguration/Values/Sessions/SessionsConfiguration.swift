/// Sessions that are kept for services, and served over the operations server.
public struct SessionsConfiguration: Sendable, Equatable {
  /// Whether sessions are kept; off until the section is given.
  public var isEnabled = false
  /// Where they live: shared by all instances.
  public var store = SessionStoreLocation.storage(.memory)
  /// Where changes are kept while the store is away: of this instance alone; nil: nothing is changed meanwhile.
  public var fallback: StorageLocation?
  /// What the keys of sessions begin with in the store.
  public var prefix = "session/"
  /// How long a session lives after its last change.
  public var lifetime = Duration.seconds(86_400)
  /// How many bytes a state may have.
  public var maxStateBytes = 256 << 10
  /// How many attributes a session may have.
  public var maxAttributes = 32
  /// How long a caller waits for a session that somebody else is changing.
  public var maxWait = Duration.seconds(5)
  /// How many callers wait for one session.
  public var maxQueue = 100
  /// How long the store may take for one attempt.
  public var operationTimeout = Duration.seconds(10)
  /// How often a failed operation is tried, the first one included.
  public var maxAttempts = 3
  /// After how many failures in a row the store is taken for away.
  public var consecutiveFailures = 5
  /// For how long the store is then left alone.
  public var openDuration = Duration.seconds(30)
  /// From which length on an operation is slow, and an event says so.
  public var slowOperation = Duration.seconds(5)
  /// How many changed sessions the fallback takes.
  public var maxJournalled = 10_000
  /// How many sessions are remembered for reading while the store is away.
  public var maxRemembered = 1_000
  /// How often it is tried to carry over what waits.
  public var reconcileInterval = Duration.seconds(5)
  /// How often what has expired is removed.
  public var cleanInterval = Duration.seconds(3_600)
  /// How a DynamoDB is reached.
  public var dynamoDB = SessionDynamoDBConfiguration()
  /// Who confirms callers' roles; nil: nobody is asked.
  public var identityProvider: SessionIdentityConfiguration?

  /// All defaults.
  public init() {}
}

extension SessionsConfiguration: SwitchableSection {
  static let settings: [Setting<SessionsConfiguration>] = [
    .value("enabled", \.isEnabled, .flag, "Whether sessions are kept; true as soon as the section holds another key."),
    .value("store", \.store, .sessionStore, "Where sessions live; shared by all instances of the service."),
    .optional(
      "fallback", \.fallback, .sessionFallback, absent: "none: changes fail while the store is away",
      "Where changes are kept while the store is away, of this instance alone; with `memory:` a kill loses them."),
    .value("prefix", \.prefix, .text(128), "What the keys of sessions begin with in the store."),
    .value(
      "lifetime", \.lifetime, .duration(.seconds(1)...(.seconds(31_536_000))),
      "How long a session lives after its last change."),
    .value("maxStateBytes", \.maxStateBytes, .size(1...(8 << 20)), "How many bytes a state may have."),
    .value("maxAttributes", \.maxAttributes, .integer(0...256), "How many attributes a session may have."),
    .value("maxWait", \.maxWait, .wait, "How long a caller waits for a session that somebody else is changing."),
    .value("maxQueue", \.maxQueue, .integer(0...100_000), "How many callers wait for one session."),
    .value("operationTimeout", \.operationTimeout, .wait, "How long the store may take for one attempt."),
    .value(
      "maxAttempts", \.maxAttempts, .integer(1...20),
      "How often a failed operation is tried, the first one included; what was not found is never tried again."),
    .value(
      "consecutiveFailures", \.consecutiveFailures, .integer(1...10_000),
      "After how many failures in a row the store is taken for away."),
    .value("openDuration", \.openDuration, .wait, "For how long the store is then left alone."),
    .value("slowOperation", \.slowOperation, .wait, "From which length on an operation is slow, and an event says so."),
    .value("maxJournalled", \.maxJournalled, .integer(1...10_000_000), "How many changed sessions the fallback takes."),
    .value(
      "maxRemembered", \.maxRemembered, .integer(0...1_000_000),
      "How many sessions are remembered for reading while the store is away."),
    .value("reconcileInterval", \.reconcileInterval, .wait, "How often it is tried to carry over what waits."),
    .value(
      "cleanInterval", \.cleanInterval, .wait,
      "How often what has expired is removed from the store; a DynamoDB table with TTL does it by itself."),
    .section("dynamodb", \.dynamoDB, "How a DynamoDB is reached; for a store `dynamodb:TABLE`."),
    .optionalSection(
      "identityProvider", \.identityProvider, "Who confirms callers' roles: an OpenID provider such as Cognito."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard case .storage(.sqlite(let path)) = self.store, self.fallback == .sqlite(path: path) else { return }
    reader.report(
      .contradiction, at: node["fallback"] ?? node, "the fallback is the store itself",
      found: "sqlite:\(path) twice", allowed: "another file",
      remedy: "name another file, or leave the fallback out: an embedded store is away only if its disk is")
  }
}
