/// How calls are repeated after failures of some kinds, or calls of some priorities.
public struct RetryRuleConfiguration: Sendable, Equatable {
  /// Rules that the field knows by name.
  public enum Preset: String, Sendable, CaseIterable {
    /// 3 attempts from 1 s up to 10 s, after what passes by itself.
    case transient
    /// 5 attempts from 2 s up to 60 s, after a rate limit.
    case rateLimiting
    /// 2 attempts from 5 s up to 15 s, after a failed authentication.
    case authentication
  }

  /// What failed, as errors say it.
  public enum Category: String, Sendable, CaseIterable {
    /// No connection, or a broken one.
    case connection
    /// No answer in time.
    case timeout
    /// Too many requests.
    case rateLimited
    /// Unavailable, or a gateway says so.
    case unavailable
    /// Any other failure of the server.
    case server
    /// The credentials were not accepted.
    case authentication
    /// Nobody knows.
    case unknown
  }

  /// The name, for people.
  public var name = ""
  /// What the other keys start from; nil for the retry's defaults.
  public var preset: Preset? {
    didSet { self.start() }
  }
  /// The kinds of failure that it is for; empty for all.
  public var categories: [Category] = []
  /// The lowest priority of calls that it is for; nil for all.
  public var lowestPriority: Int?
  /// The highest priority of calls that it is for; nil for all.
  public var highestPriority: Int?
  /// Attempts of one call, the first included.
  public var maxAttempts = 3
  /// How long to wait between attempts.
  public var backoff = BackoffConfiguration()
  /// How the waits are spread.
  public var jitter = RetryConfiguration.Jitter.full

  /// All defaults.
  public init() {}

  private mutating func start() {
    switch self.preset {
    case .transient:
      self.set(3, .seconds(1), .seconds(10), [.connection, .timeout, .unavailable, .server, .unknown])
    case .rateLimiting: self.set(5, .seconds(2), .seconds(60), [.rateLimited])
    case .authentication: self.set(2, .seconds(5), .seconds(15), [.authentication])
    case nil: break
    }
  }

  private mutating func set(_ attempts: Int, _ initial: Duration, _ longest: Duration, _ categories: [Category]) {
    self.maxAttempts = attempts
    self.backoff.initial = initial
    self.backoff.max = longest
    self.categories = categories
  }
}

extension RetryRuleConfiguration: ConfigurationSection {
  static let settings: [Setting<RetryRuleConfiguration>] = [
    .value("name", \.name, .name, "The rule's name, for people.", required: true),
    .optional("preset", \.preset, .choice(), absent: "none", "What the rule's other keys start from."),
    .value(
      "categories", \.categories, .list(of: .choice(), "list of kinds of failure"),
      "The kinds of failure that it is for; empty for all that may be repeated."),
    .optional(
      "lowestPriority", \.lowestPriority, .integer(-100...100), absent: "all",
      "The lowest priority of calls that it is for."),
    .optional(
      "highestPriority", \.highestPriority, .integer(-100...100), absent: "all",
      "The highest priority of calls that it is for."),
    .value("maxAttempts", \.maxAttempts, .integer(1...100), "Attempts of one call, the first included."),
    .section("backoff", \.backoff, "How long to wait between attempts."),
    .value("jitter", \.jitter, .choice(), "How waits are spread at random."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard let lowestPriority, let highestPriority, lowestPriority > highestPriority else { return }
    reader.report(
      .contradiction, at: node["lowestPriority"] ?? node, "no call has such a priority",
      found: "lowestPriority \(lowestPriority), highestPriority \(highestPriority)",
      allowed: "lowestPriority ≤ highestPriority", remedy: "swap the two")
  }
}
