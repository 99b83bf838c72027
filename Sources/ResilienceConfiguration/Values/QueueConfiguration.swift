/// A fallback that keeps a request and delivers it when the dependency is back.
public struct QueueConfiguration: Sendable, Equatable {
  /// What an undeliverable request does to those behind it with the same ordering key.
  public enum Ordering: String, Sendable, CaseIterable {
    /// They wait until somebody has dealt with it.
    case untilResolved
    /// They go on when it has become a dead letter.
    case untilDead
    /// They pass while it waits for its next attempt.
    case whileRunning
  }

  /// Methods whose requests are kept.
  public var methods = ["POST"]
  /// The largest body that is kept, in bytes.
  public var maxBodyBytes = 1 << 20
  /// Requests kept at most, dead letters included.
  public var maxItems = 10_000
  /// Bytes kept at most.
  public var maxBytes = 1 << 30
  /// Attempts of one request at most.
  public var maxAttempts = 20
  /// The delay before the second attempt; it doubles from there.
  public var initialDelay = Duration.seconds(1)
  /// The longest delay between two attempts.
  public var maxDelay = Duration.seconds(600)
  /// Requests delivered at once, at most.
  public var concurrency = 8
  /// Requests delivered each second, at most; 0 for no bound.
  public var perSecond = 0
  /// For how long a delivery holds its request without a sign of life: how long the request waits after a crash.
  public var lease = Duration.seconds(30)
  /// What an undeliverable request does to those behind it.
  public var ordering = Ordering.untilDead
  /// The header field whose value is the ordering key.
  public var orderingHeader = "X-Resilience-Ordering-Key"
  /// For how long a delivered request with an `Idempotency-Key` is remembered.
  public var idempotencyRetention = Duration.seconds(86_400)
  /// Whether `Authorization`, `Cookie`, `X-API-Key` and `API-Key` are kept, encrypted.
  public var keepCredentials = false
  /// For how long kept credentials are used.
  public var credentialsLifetime = Duration.seconds(3_600)

  /// All defaults.
  public init() {}
}

extension QueueConfiguration: ConfigurationSection {
  static let settings: [Setting<QueueConfiguration>] = [
    .value("methods", \.methods, .list(of: .method, "list of HTTP methods"), "Methods whose requests are kept."),
    .value("maxBodyBytes", \.maxBodyBytes, .size(1...(8 << 20)), "The largest body that is kept."),
    .value("maxItems", \.maxItems, .integer(1...10_000_000), "Requests kept at most, dead letters included."),
    .value("maxBytes", \.maxBytes, .size(1_024...(64 << 30)), "Bytes kept at most."),
    .value("maxAttempts", \.maxAttempts, .integer(1...1_000), "Attempts of one request at most."),
    .value(
      "initialDelay", \.initialDelay, .duration(.milliseconds(1)...(.seconds(3_600))),
      "The delay before the second attempt, before jitter; it doubles from there."),
    .value(
      "maxDelay", \.maxDelay, .duration(.milliseconds(1)...(.seconds(86_400))), "The longest delay between attempts."),
    .value("concurrency", \.concurrency, .integer(1...1_000), "Requests delivered at once, at most."),
    .value("perSecond", \.perSecond, .integer(0...100_000), "Requests delivered each second, at most; 0: no bound."),
    .value(
      "lease", \.lease, .duration(.milliseconds(500)...(.seconds(3_600))),
      "For how long a delivery holds its request, renewed while it lasts: so long the request waits after a crash."),
    .value(
      "ordering", \.ordering, .choice(),
      "What an undeliverable request does to those behind it with the same ordering key."),
    .value(
      "orderingHeader", \.orderingHeader, .text(100),
      "The header field whose value is the ordering key: requests with the same one are delivered in order."),
    .value(
      "idempotencyRetention", \.idempotencyRetention, .duration(.seconds(1)...(.seconds(2_592_000))),
      "For how long a delivered request with an Idempotency-Key is remembered."),
    .value(
      "keepCredentials", \.keepCredentials, .flag,
      "Whether Authorization, Cookie, X-API-Key and API-Key are kept, encrypted with storage.encryptionKey."),
    .value(
      "credentialsLifetime", \.credentialsLifetime, .duration(.seconds(1)...(.seconds(2_592_000))),
      "For how long kept credentials are used."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard initialDelay > maxDelay, !reader.hasFailed(node["initialDelay"]), !reader.hasFailed(node["maxDelay"])
    else { return }
    reader.report(
      .contradiction, at: node["initialDelay"] ?? node["maxDelay"] ?? node,
      "the first delay is longer than the longest",
      found: "initialDelay \(DurationText.render(initialDelay)), maxDelay \(DurationText.render(maxDelay))",
      allowed: "initialDelay ≤ maxDelay", remedy: "lower initialDelay or raise maxDelay")
  }
}
