public import Resilience

extension ResilientHTTPClient {
  /// The settings of a client.
  public struct Configuration: Sendable {
    /// The dependency's name, in errors, events and metrics.
    ///
    /// Nil takes the host.
    public var name: String?
    /// How long a call may take, all attempts and the whole body included; default 30 s.
    public var timeout: Duration
    /// How long one attempt may take; while streaming, until the response's head; default 10 s.
    public var attemptTimeout: Duration
    /// How failed attempts are repeated; default: 3 attempts, 100 ms … 10 s apart, `Retry-After` up to 30 s.
    public var retry: Retry.Configuration
    /// The breaker of the host.
    ///
    /// Its `callTimeout` ends attempts as `attemptTimeout` does; a streamed body that ends later counts as a failure.
    public var circuitBreaker: CircuitBreaker.Configuration
    /// How many requests are under way and wait; default: 50, 100 more wait up to 5 s.
    public var bulkhead: Bulkhead.Configuration
    /// How many bytes of a response are kept in memory at most: 0 or more, default 10 MiB.
    ///
    /// Bodies that are streamed are not kept.
    public var maxResponseBytes: Int

    /// Makes settings; what is left out has its default.
    public init(
      name: String? = nil, timeout: Duration = .seconds(30), attemptTimeout: Duration = .seconds(10),
      retry: Retry.Configuration = Retry.Configuration(
        backoff: .exponential(initial: .milliseconds(100), max: .seconds(10)), maxRetryAfter: .seconds(30)),
      circuitBreaker: CircuitBreaker.Configuration = CircuitBreaker.Configuration(),
      bulkhead: Bulkhead.Configuration = Bulkhead.Configuration(
        maxConcurrent: 50, maxQueue: 100, maxWait: .seconds(5)),
      maxResponseBytes: Int = 10 << 20
    ) {
      self.name = name
      self.timeout = timeout
      self.attemptTimeout = attemptTimeout
      self.retry = retry
      self.circuitBreaker = circuitBreaker
      self.bulkhead = bulkhead
      self.maxResponseBytes = maxResponseBytes
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      for (setting, value) in [("timeout", self.timeout), ("attemptTimeout", self.attemptTimeout)]
      where value <= .zero {
        problems.append(.init(setting, found: "\(value)", allowed: "more than 0"))
      }
      if self.maxResponseBytes < 0 {
        problems.append(.init("maxResponseBytes", found: "\(self.maxResponseBytes)", allowed: "0 or more"))
      }
      problems += Self.inside("retry", self.retry.problems)
      problems += Self.inside("circuitBreaker", self.circuitBreaker.problems)
      problems += Self.inside("bulkhead", self.bulkhead.problems)
      return problems
    }

    private static func inside(
      _ part: String, _ problems: [InvalidConfiguration.Problem]
    ) -> [InvalidConfiguration.Problem] {
      problems.map { .init("\(part).\($0.setting)", found: $0.found, allowed: $0.allowed) }
    }
  }
}
