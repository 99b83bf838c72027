public import Resilience

extension Backoff {
  /// The law of growth that a configuration file describes.
  public init(_ settings: BackoffConfiguration) {
    self =
      switch settings.kind {
      case .exponential: .exponential(initial: settings.initial, factor: settings.factor, max: settings.max)
      case .constant: .constant(settings.initial)
      case .linear: .linear(initial: settings.initial, max: settings.max)
      case .fibonacci: .fibonacci(initial: settings.initial, max: settings.max)
      }
  }
}

extension Jitter {
  /// The jitter that a configuration file names.
  public init(_ setting: RetryConfiguration.Jitter) {
    self =
      switch setting {
      case .none: .none
      case .proportional: .proportional(0.1)
      case .full: .full
      case .equal: .equal
      case .decorrelated: .decorrelated
      }
  }
}

extension RetryPolicies.Rule {
  /// The rule that a configuration file describes.
  public init(_ settings: RetryRuleConfiguration) {
    let categories = Set(settings.categories.map(\.category))
    var configuration = Retry.Configuration(
      maxAttempts: settings.maxAttempts, backoff: Backoff(settings.backoff), jitter: Jitter(settings.jitter),
      maxRetryAfter: settings.backoff.max)
    // Whoever names a kind of failure wants it repeated, also one that is not by default.
    if categories.contains(.authentication) { configuration.isRetryable = { _ in true } }
    self.init(
      settings.name, configuration, categories: categories, lowestPriority: settings.lowestPriority ?? .min,
      highestPriority: settings.highestPriority ?? .max)
  }
}

extension RetryRuleConfiguration.Category {
  /// The policies' own name for it.
  public var category: FailureCategory {
    switch self {
    case .connection: .connection
    case .timeout: .timeout
    case .rateLimited: .rateLimited
    case .unavailable: .unavailable
    case .server: .server
    case .authentication: .authentication
    case .unknown: .unknown
    }
  }
}
