extension RetryPolicies {
  /// Settings with a name, and which failures they are for.
  public struct Rule: Sendable {
    /// What operators call it.
    public var name: String
    /// How calls that it is for are retried.
    public var configuration: Retry.Configuration
    /// The kinds of failure it is for; empty: every kind.
    public var categories: Set<FailureCategory>
    /// The services it is for; empty: every service.
    public var services: Set<String>
    /// It is for calls of this priority and more; 0 is normal, default: any.
    public var lowestPriority: Int
    /// It is for calls of this priority and less; default: any.
    public var highestPriority: Int

    /// Makes a rule.
    public init(
      _ name: String, _ configuration: Retry.Configuration, categories: Set<FailureCategory> = [],
      services: Set<String> = [], lowestPriority: Int = .min, highestPriority: Int = .max
    ) {
      self.name = name
      self.configuration = configuration
      self.categories = categories
      self.services = services
      self.lowestPriority = lowestPriority
      self.highestPriority = highestPriority
    }

    func matches(_ category: FailureCategory, priority: Int) -> Bool {
      self.services.isEmpty && (self.categories.isEmpty || self.categories.contains(category))
        && priority >= self.lowestPriority && priority <= self.highestPriority
    }

    /// Connections, time-outs, 5xx and the unknown: 3 attempts, from 1 s, at most 10 s.
    public static var transient: Rule {
      Rule(
        "transient", Self.preset(attempts: 3, from: .seconds(1), max: .seconds(10)),
        categories: [.connection, .timeout, .unavailable, .server, .unknown])
    }

    /// Rate limits: 5 attempts, from 2 s, at most 60 s.
    public static var rateLimiting: Rule {
      Rule(
        "rate limiting", Self.preset(attempts: 5, from: .seconds(2), max: .seconds(60)), categories: [.rateLimited])
    }

    /// Authentication: 2 attempts, from 5 s, at most 15 s.
    ///
    /// For credentials that are renewed beside the call. Unlike the default it does retry a 401.
    public static var authentication: Rule {
      var configuration = Self.preset(attempts: 2, from: .seconds(5), max: .seconds(15))
      configuration.isRetryable = { _ in true }
      return Rule("authentication", configuration, categories: [.authentication])
    }

    /// Calls of less than normal priority are not retried.
    public static var sheddable: Rule { Rule("sheddable", .init(maxAttempts: 1), highestPriority: -1) }

    private static func preset(attempts: Int, from initial: Duration, max: Duration) -> Retry.Configuration {
      Retry.Configuration(maxAttempts: attempts, backoff: .exponential(initial: initial, max: max))
    }
  }
}
