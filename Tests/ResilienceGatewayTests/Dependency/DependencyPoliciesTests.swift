import Resilience
import ResilienceConfiguration
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite struct DependencyPoliciesTests {
  private struct Deaf: Observer {
    func observe(_ event: Event) {}
  }

  private func policies(_ lines: String) throws -> DependencyPolicies {
    DependencyPolicies(try Dependencies.configuration(lines), observer: Deaf())
  }

  /// The kinds of the steps, outermost first, with the names of the time-outs.
  private func order(_ policies: DependencyPolicies) -> [String] {
    policies.steps.map { step in
      switch step {
      case .retry: "retry"
      case .timeout(let timeout): "timeout \(timeout.name)"
      case .circuitBreaker: "breaker"
      case .bulkhead: "bulkhead"
      case .rateLimiter, .adaptiveLimiter, .throttle: "limiter"
      }
    }
  }

  @Test("R12.7 the whole call's time-out is outermost, then retry, breaker, bulkhead and the attempt's time-out")
  func standard() throws {
    let policies = try self.policies("timeout: 20s\nattemptTimeout: 5s\nbulkhead: { maxConcurrent: 3 }")
    #expect(self.order(policies) == ["timeout api", "retry", "breaker", "bulkhead", "timeout api attempt"])
    #expect(policies.breaker?.name == "api" && policies.bulkhead?.name == "api")
  }

  @Test("R2.6 without a time-out of its own an attempt has one all the same, so that the breaker learns of slow ones")
  func attemptTimeout() throws {
    #expect(try self.order(self.policies("timeout: 20s")).last == "timeout api attempt")
    let unguarded = try self.policies(
      "timeout: 20s\ncircuitBreaker: { enabled: false }\nbulkhead: { maxConcurrent: 3 }")
    #expect(self.order(unguarded) == ["timeout api", "retry", "bulkhead"])
    #expect(unguarded.breaker == nil)
  }

  @Test("R2.14 what is switched off is not there")
  func switchedOff() throws {
    let policies = try self.policies(
      "retry: { enabled: false }\ncircuitBreaker: { enabled: false }\nbulkhead: { enabled: false }")
    #expect(self.order(policies) == ["timeout api"])
    #expect(policies.breaker == nil && policies.bulkhead == nil)
  }

  @Test("R12.6 every setting of a breaker reaches it")
  func breaker() throws {
    let breaker = try #require(
      try self.policies(
        "circuitBreaker: { consecutiveFailures: 7, failureRateThreshold: 0.4, slowCallThreshold: 3s, "
          + "slowCallRateThreshold: 0.6, window: 50 calls, minimumCalls: 9, openDuration: 11s, permittedProbes: 2, "
          + "successThreshold: 1, maxHalfOpenDuration: 13s, excessProbes: wait, "
          + "openDurationGrowth: { factor: 2, max: 90s } }"
      ).breaker
    ).configuration
    #expect(breaker.consecutiveFailures == 7 && breaker.failureRateThreshold == 0.4)
    #expect(breaker.slowCallThreshold == .seconds(3) && breaker.slowCallRateThreshold == 0.6)
    #expect(breaker.window == .count(50) && breaker.minimumCalls == 9 && breaker.openDuration == .seconds(11))
    #expect(breaker.permittedProbes == 2 && breaker.successThreshold == 1 && breaker.excessProbes == .wait)
    #expect(breaker.maxHalfOpenDuration == .seconds(13))
    #expect(breaker.openDurationFactor == 2 && breaker.maxOpenDuration == .seconds(90))
  }

  @Test("R12.6 no failures in a row, a window of time and no growth are mapped, too")
  func breakerWithRates() throws {
    let settings = "circuitBreaker: { consecutiveFailures: 0, failureRateThreshold: 0.5, window: 45s }"
    let breaker = try #require(try self.policies(settings).breaker).configuration
    #expect(breaker.consecutiveFailures == nil && breaker.window == .time(.seconds(45)))
    #expect(breaker.openDurationFactor == 1 && breaker.excessProbes == .reject)
    #expect(breaker.maxHalfOpenDuration == .seconds(60))
  }

  @Test("R12.6 every setting of a bulkhead reaches it")
  func bulkhead() throws {
    let bulkhead = try #require(
      try self.policies("bulkhead: { maxConcurrent: 3, maxQueue: 4, maxWait: 5s }").bulkhead)
    #expect(bulkhead.configuration == .init(maxConcurrent: 3, maxQueue: 4, maxWait: .seconds(5)))
  }

  @Test(
    "R1.2 every kind of back-off is the policy's of that name",
    arguments: [
      (BackoffConfiguration.Kind.exponential, Backoff.exponential(initial: .seconds(2), factor: 3, max: .seconds(50))),
      (.constant, .constant(.seconds(2))), (.linear, .linear(initial: .seconds(2), max: .seconds(50))),
      (.fibonacci, .fibonacci(initial: .seconds(2), max: .seconds(50))),
    ])
  func backoff(kind: BackoffConfiguration.Kind, expected: Backoff) {
    var settings = RetryConfiguration()
    settings.backoff.kind = kind
    settings.backoff.initial = .seconds(2)
    settings.backoff.factor = 3
    settings.backoff.max = .seconds(50)
    settings.maxAttempts = 6
    settings.totalTimeout = .seconds(70)
    let retry = Retry.Configuration(settings)
    #expect("\(retry.backoff)" == "\(expected)")
    #expect(retry.maxAttempts == 6 && retry.maxDuration == .seconds(70) && retry.maxRetryAfter == .seconds(50))
  }

  @Test("R1.2 every jitter is the policy's of that name", arguments: RetryConfiguration.Jitter.allCases)
  func jitter(setting: RetryConfiguration.Jitter) {
    let byName: [String: Jitter] = [
      "none": .none, "proportional": .proportional(0.1), "full": .full, "equal": .equal, "decorrelated": .decorrelated,
    ]
    var settings = RetryConfiguration()
    settings.jitter = setting
    #expect(Retry.Configuration(settings).jitter == byName[setting.rawValue])
  }
}
