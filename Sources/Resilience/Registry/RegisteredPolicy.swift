/// A policy that has a name in a registry.
public enum RegisteredPolicy: Sendable {
  /// A circuit breaker.
  case circuitBreaker(CircuitBreaker)
  /// A bulkhead.
  case bulkhead(Bulkhead)
  /// A rate limiter.
  case rateLimiter(RateLimiter)
  /// An adaptive limiter.
  case adaptiveLimiter(AdaptiveLimiter)
  /// A throttle.
  case throttle(Throttle)
  /// A resource limiter.
  case resourceLimiter(ResourceLimiter)
  /// A retry.
  case retry(Retry)
  /// A retry budget.
  case retryBudget(RetryBudget)
  /// A hedge.
  case hedge(Hedge)
  /// A table of time-outs.
  case timeouts(NamedTimeouts)
  /// A pipeline.
  case pipeline(NamedPipeline)

  /// What a registered policy is, as metrics and consoles name it.
  @frozen
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A circuit breaker.
    case circuitBreaker
    /// A bulkhead.
    case bulkhead
    /// A rate limiter.
    case rateLimiter
    /// An adaptive limiter.
    case adaptiveLimiter
    /// A throttle.
    case throttle
    /// A resource limiter.
    case resourceLimiter
    /// A retry.
    case retry
    /// A retry budget.
    case retryBudget
    /// A hedge.
    case hedge
    /// A table of time-outs.
    case timeouts
    /// A pipeline.
    case pipeline
  }

  /// What it is.
  public var kind: Kind {
    switch self {
    case .circuitBreaker: .circuitBreaker
    case .bulkhead: .bulkhead
    case .rateLimiter: .rateLimiter
    case .adaptiveLimiter: .adaptiveLimiter
    case .throttle: .throttle
    case .resourceLimiter: .resourceLimiter
    case .retry: .retry
    case .retryBudget: .retryBudget
    case .hedge: .hedge
    case .timeouts: .timeouts
    case .pipeline: .pipeline
    }
  }

  /// The policy itself, for whoever knows its type.
  public var value: any Sendable {
    switch self {
    case .circuitBreaker(let policy): policy
    case .bulkhead(let policy): policy
    case .rateLimiter(let policy): policy
    case .adaptiveLimiter(let policy): policy
    case .throttle(let policy): policy
    case .resourceLimiter(let policy): policy
    case .retry(let policy): policy
    case .retryBudget(let policy): policy
    case .hedge(let policy): policy
    case .timeouts(let policy): policy
    case .pipeline(let policy): policy
    }
  }
}
