/// What holds for the calls of a dependency; `defaults` of a file is one of these, and every dependency has one.
public struct PolicyConfiguration: Sendable, Equatable {
  /// How much the service needs a dependency.
  public enum Criticality: String, Sendable, CaseIterable {
    /// Without it the service cannot work.
    case critical
    /// Without it the service works with less.
    case important
    /// Without it hardly anybody notices.
    case optional
  }

  /// How much the service needs the dependency.
  public var criticality = Criticality.important
  /// The longest time a whole call may take, attempts and waits included.
  public var timeout = Duration.seconds(30)
  /// The longest time one attempt may take; nil for the call's own.
  public var attemptTimeout: Duration?
  /// How failed attempts are repeated.
  public var retry = RetryConfiguration()
  /// When the dependency is given a rest.
  public var circuitBreaker = CircuitBreakerConfiguration()
  /// How many calls may be under way.
  public var bulkhead = BulkheadConfiguration()
  /// How many calls the dependency may be sent in a length of time.
  public var rateLimit = RateLimitConfiguration()
  /// How many calls may be under way, found out from how they go.
  public var adaptiveLimit = AdaptiveLimitConfiguration()
  /// Whether a dependency that refuses much is called less.
  public var throttle = ThrottleConfiguration()
  /// Whether a slow first attempt gets company.
  public var hedge = HedgeConfiguration()
  /// What is served instead, in order; empty for nothing.
  public var fallback: [FallbackConfiguration] = []
  /// How many fallbacks may be at work at once.
  public var fallbackBulkhead = FallbackBulkheadConfiguration()
  /// The response cache.
  public var cache = CacheConfiguration()
  /// The largest request body in bytes; nil for the gateway's limit.
  public var maxBodyBytes: Int?
  /// How the dependency is looked at in the background.
  public var health = HealthCheckConfiguration()
  /// TLS beyond the system's roots; nil for those alone.
  public var tls: ClientTLSConfiguration?

  /// All defaults.
  public init() {}
}

extension PolicyConfiguration: ConfigurationSection {
  static let settings: [Setting<PolicyConfiguration>] = [
    .value(
      "criticality", \.criticality, .choice(), "How much the service needs the dependency; decides the degradation."),
    .value(
      "timeout", \.timeout, .wait, "The longest time a whole call may take, attempts and waits included.",
      documents: [.init("DEFAULT_TIMEOUT", .seconds)]),
    .optional(
      "attemptTimeout", \.attemptTimeout, .wait, absent: "the whole call's", "The longest time one attempt may take."),
    .policy("retry", \.retry, "How failed attempts are repeated."),
    .policy("circuitBreaker", \.circuitBreaker, "When the dependency is given a rest, and how it comes back."),
    .policy("bulkhead", \.bulkhead, "How many calls may be under way; off until the section is given."),
    .policy(
      "rateLimit", \.rateLimit, "How many calls it may be sent in a length of time; off until the section is given."),
    .policy(
      "adaptiveLimit", \.adaptiveLimit,
      "How many calls may be under way, found out from how they go; off until the section is given."),
    .policy(
      "throttle", \.throttle, "Whether it is called less while it refuses much; off until the section is given."),
    .policy(
      "hedge", \.hedge, "A second attempt beside a slow first one, for methods that may be sent again; off until given."
    ),
    .sections(
      "fallback", \.fallback, of: FallbackStep.self, "What is served instead of a failure, in order.",
      documents: [.init("FALLBACK_ENABLED", .fallbackSwitch), .init("FALLBACK_CACHE_ENABLED", .staleCacheSwitch)],
      element: FallbackStep.element),
    .section(
      "fallbackBulkhead", \.fallbackBulkhead,
      "How many fallbacks may be at work at once, so that an outage does not go on in what stands in."),
    .policy("cache", \.cache, "The response cache; off until the section is given."),
    .optional(
      "maxBodyBytes", \.maxBodyBytes, .size(0...(16 << 30)), absent: "the gateway's limit", "Largest request body."),
    .optionalSection("tls", \.tls, "TLS towards the dependency, beyond the system's own roots."),
    .policy(
      "health", \.health, "How it is looked at in the background; not at all until `path`, `url` or `kind` is given."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard let attemptTimeout, attemptTimeout > timeout, !reader.hasFailed(node["timeout"]) else { return }
    reader.report(
      .contradiction, at: node["attemptTimeout"] ?? node, "one attempt may take longer than the whole call",
      found: "attemptTimeout \(DurationText.render(attemptTimeout)), timeout \(DurationText.render(timeout))",
      allowed: "attemptTimeout ≤ timeout", remedy: "lower attemptTimeout or raise timeout")
  }
}
